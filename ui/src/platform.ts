/**
 * The only module that imports `@tauri-apps/*`. The generated `bindings.ts` imports what it needs from here, and the
 * views call `bindings.ts`.
 */
import { invoke as tauriInvoke } from "@tauri-apps/api/core";

export { Channel } from "@tauri-apps/api/core";
export { emit, emitTo, listen, once } from "@tauri-apps/api/event";
export type { Event, EventCallback, EventName, EventTarget, UnlistenFn } from "@tauri-apps/api/event";
export type { Webview } from "@tauri-apps/api/webview";
export type { Window } from "@tauri-apps/api/window";

/** Commands of the sign-in pages, which ask for the code themselves. */
const SIGNING_IN = ["verify_sign_in", "confirm_address", "wait_for_browser", "paste_code", "choose_address", "sign_in_with_second_factor"];

let askForCode: (() => Promise<boolean>) | null = null;

/** Sets the function that asks for a second-factor code when a command needs one. It returns true if the code was given. */
export function whenCodeNeeded(ask: (() => Promise<boolean>) | null): void {
  askForCode = ask;
}

function needsCode(failure: unknown): boolean {
  return typeof failure === "object" && failure !== null && "code" in failure && failure.code === "second_factor_needed";
}

/** Runs a command. If the command needs a second-factor code, asks for it and runs the command again. */
export const invoke: typeof tauriInvoke = async (command, args, options) => {
  for (;;) {
    try {
      return await tauriInvoke(command, args, options);
    } catch (failure) {
      if (!needsCode(failure) || SIGNING_IN.includes(command) || !askForCode) throw failure;
      if (!(await askForCode())) throw failure;
    }
  }
};
