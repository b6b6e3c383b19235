import { expect, test } from "vitest";
import { RowHeights } from "./rowHeights";

test("rows stand one under the other at the guessed height", () => {
  const rows = new RowHeights(20_000, 100);
  expect(rows.total).toBe(2_000_000);
  expect(rows.top(19_999)).toBe(1_999_900);
  expect(rows.at(0)).toBe(0);
  expect(rows.at(99.9)).toBe(0);
  expect(rows.at(100)).toBe(1);
  expect(rows.at(1_234_567)).toBe(12_345);
});

test("a measured row moves those below it and no others", () => {
  const rows = new RowHeights(10, 100);
  expect(rows.measured(3, 160)).toBe(60);
  expect(rows.top(3)).toBe(300);
  expect(rows.top(4)).toBe(460);
  expect(rows.total).toBe(1060);
  expect(rows.at(459)).toBe(3);
  expect(rows.at(460)).toBe(4);
  expect(rows.measured(3, 160)).toBe(0);
});

test("what is outside the list is answered with its ends", () => {
  const rows = new RowHeights(3, 50);
  expect(rows.at(-20)).toBe(0);
  expect(rows.at(10_000)).toBe(2);
  expect(rows.top(99)).toBe(150);
  expect(rows.measured(7, 10)).toBe(0);
  expect(rows.measured(1, 0)).toBe(0);
  expect(new RowHeights(0, 50).at(10)).toBe(0);
  expect(new RowHeights(0, 50).total).toBe(0);
});

test("a list that grew or shrank keeps what was measured", () => {
  const rows = new RowHeights(3, 100);
  rows.measured(1, 160);
  expect(new RowHeights(4, 100, rows).total).toBe(460);
  expect(new RowHeights(2, 100, rows).total).toBe(260);
});
