/** The keyboard shortcuts that work everywhere. `ShortcutsDialog` lists them from `SHORTCUTS`. */
export type ShortcutAction = "search" | "newDraft" | "sync" | "keys" | "back";

export const SHORTCUTS: { action: ShortcutAction; keys: string[] }[] = [
  { action: "search", keys: ["Ctrl", "K"] },
  { action: "newDraft", keys: ["Ctrl", "N"] },
  { action: "sync", keys: ["F5"] },
  { action: "back", keys: ["Alt", "←"] },
  { action: "keys", keys: ["?"] },
];

/** The action of a key press, or null. A `?` typed into a field is not a shortcut. */
export function shortcutAction(event: KeyboardEvent): ShortcutAction | null {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const key = event.key.toLowerCase();
  if (command && key === "k") return "search";
  if (command && key === "n") return "newDraft";
  // Ctrl+R would reload the webview, which nobody wants here.
  if (key === "f5" || (command && key === "r")) return "sync";
  if (event.altKey && key === "arrowleft") return "back";
  if (key === "?" && !event.ctrlKey && !event.metaKey && !isTyping(event.target)) return "keys";
  return null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button])"))
  );
}
