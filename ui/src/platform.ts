/**
 * The one door to the shell. Nothing else imports `@tauri-apps/*`: the generated `bindings.ts` takes what it needs
 * from here, and the views call `bindings.ts`.
 */
import { invoke as tauriInvoke } from "@tauri-apps/api/core";

export { Channel } from "@tauri-apps/api/core";
export { emit, emitTo, listen, once } from "@tauri-apps/api/event";
export type { Event, EventCallback, EventName, EventTarget, UnlistenFn } from "@tauri-apps/api/event";
export type { Webview } from "@tauri-apps/api/webview";
export type { Window } from "@tauri-apps/api/window";

/** A sign-in asks for its code itself. */
const SIGNING_IN = ["verify_sign_in", "confirm_address", "wait_for_browser", "paste_code", "choose_address", "sign_in_with_second_factor"];

let askForCode: (() => Promise<boolean>) | null = null;

/** Who asks for a code of the second factor where a command needs one, and says whether it was given. */
export function whenCodeNeeded(ask: (() => Promise<boolean>) | null): void {
  askForCode = ask;
}

function needsCode(failure: unknown): boolean {
  return typeof failure === "object" && failure !== null && "code" in failure && failure.code === "second_factor_needed";
}

/** Runs a command. Where it needs a code of the second factor the person is asked for it, and the command is run again. */
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
