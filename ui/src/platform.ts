/**
 * The one door to the shell. Nothing else imports `@tauri-apps/*`: the generated `bindings.ts` takes what it needs
 * from here, and the views call `bindings.ts`.
 */
export { Channel, invoke } from "@tauri-apps/api/core";
export { emit, emitTo, listen, once } from "@tauri-apps/api/event";
export type { Event, EventCallback, EventName, EventTarget, UnlistenFn } from "@tauri-apps/api/event";
export type { Webview } from "@tauri-apps/api/webview";
export type { Window } from "@tauri-apps/api/window";
