/** The notice at the top of the page: that something was done, or what went wrong. */
import type { Failure } from "../bindings";
import { failureText } from "../words";

export type Notice = { tone: "done" | "error"; text: string };

class Notices {
  current: Notice | null = $state.raw(null);

  done(text: string): void {
    this.current = { tone: "done", text };
  }

  error(text: string): void {
    this.current = { tone: "error", text };
  }

  fail(failure: Failure): void {
    this.error(failureText(failure));
  }

  clear(): void {
    this.current = null;
  }
}

export const notice = new Notices();
