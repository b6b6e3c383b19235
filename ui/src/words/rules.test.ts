/**
 * Rules that every word on the screen follows. What is missing, TypeScript finds; this finds what is not used, and what
 * the style guide rules out.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import letters from "../../../words/en.json";
import { en } from "./en";

const source = join(import.meta.dirname, "..");
const files = (readdirSync(source, { recursive: true }) as string[])
  .filter((name) => /\.(ts|svelte)$/.test(name) && !/\.test\.ts$|bindings\.ts$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(source, name), "utf8") }));
const wordFiles = files.filter(({ name }) => name.startsWith(join("words", "en") + "/"));

/** The paths of all that is read, `frame.line.stop`, also through constants that stand for a part. */
function readPaths(): Set<string> {
  const used = new Set<string>();
  for (const { name, text } of files) {
    if (name === join("words", "en.ts")) continue;
    // A file of words uses another by its name.
    const ofWords = wordFiles.some((file) => file.name === name);
    const stand = new Map(ofWords ? Object.keys(en).map((area) => [area, area]) : [["words", ""]]);
    const constant = /(?:const|let) (?:(\w+)|\{([^}]+)\})(?::[^=;]+)? =\s+(?:\$derived\()?(\w+)((?:\.\w+)*)\)?;/g;
    const rest = text.replace(constant, (whole, one?: string, several?: string, root?: string, chain?: string) => {
      const base = stand.get(root!);
      if (base === undefined) return whole;
      const path = joined(base, chain!);
      if (one) stand.set(one, path);
      else for (const part of several!.split(",")) stand.set(part.trim(), joined(path, `.${part.trim()}`));
      return "";
    });
    for (const [root, base] of stand) {
      for (const [, chain] of rest.matchAll(new RegExp(`(?<![\\w$"'/]|(?<!\\.\\.)\\.)${root}((?:\\.\\w+)*)(?!\\w)`, "g"))) {
        if (chain || !ofWords) used.add(joined(base, chain!));
      }
    }
  }
  return used;
}

function joined(base: string, chain: string): string {
  return (base + chain).replace(/^\./, "");
}

function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, [...path, key]));
}

test("every word is used", () => {
  const used = readPaths();
  // What is passed on as a whole, or read by a key in a variable, uses all below it.
  const isUsed = (path: string[]) => path.some((_, n) => used.has(path.slice(0, n + 1).join(".")));
  const unused = leaves(en).filter((path) => !isUsed(path));
  expect(unused.map((path) => path.join("."))).toEqual([]);
});

/** Every text of a file of words, without its comments. */
function texts({ name, text }: { name: string; text: string }): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** Texts put together by `+`: another language could not put the names elsewhere. */
function sums({ name, text }: { name: string; text: string }): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken && [node.left, node.right].some(isText)) {
      found.push(node.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  return found;
}

const isText = (node: ts.Node): boolean => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

describe.each(wordFiles.map((file) => [file.name, file] as const))("%s", (_, file) => {
  test("says cannot and do not", () => expect(texts(file).filter((text) => /\w+n[’']t\b/i.test(text))).toEqual([]));
  test("has no semicolon", () => expect(texts(file).filter((text) => text.includes(";"))).toEqual([]));
  test("has names as placeholders", () => expect(sums(file)).toEqual([]));
});

test("letters say cannot and do not, and have no semicolon", () => {
  const all = leaves(letters).map((path) => path.reduce((at: unknown, key) => (at as Record<string, unknown>)[key], letters) as string);
  expect(all.filter((text) => /\w+n[’']t\b|;/i.test(text))).toEqual([]);
});
