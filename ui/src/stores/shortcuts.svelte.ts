/**
 * The keyboard shortcuts that work everywhere. `ShortcutList` shows them from `SHORTCUTS`. Each needs Ctrl, Alt or a
 * function key: a single letter or sign would be pressed by accident, and by those who speak to their computer
 * (WCAG 2.1.4).
 */
export type ShortcutAction = "search" | "newDraft" | "nextPane" | "back" | "forward" | "sync" | "larger" | "smaller" | "normal" | "keys";

/** `previousPane` has no row of its own in the list: it is the same shortcut with Shift. */
type Action = ShortcutAction | "previousPane";

export const SHORTCUTS: { action: ShortcutAction; keys: string[] }[] = [
  { action: "search", keys: ["Ctrl", "K"] },
  { action: "newDraft", keys: ["Ctrl", "N"] },
  { action: "nextPane", keys: ["F6"] },
  { action: "back", keys: ["Alt", "←"] },
  { action: "forward", keys: ["Alt", "→"] },
  { action: "sync", keys: ["F5"] },
  { action: "larger", keys: ["Ctrl", "+"] },
  { action: "smaller", keys: ["Ctrl", "−"] },
  { action: "normal", keys: ["Ctrl", "0"] },
  { action: "keys", keys: ["F1"] },
];

/** The action of a key press, or null. */
export function shortcutAction(event: KeyboardEvent): Action | null {
  const control = (event.ctrlKey || event.metaKey) && !event.altKey;
  const command = control && !event.shiftKey;
  const key = event.key.toLowerCase();
  if (command && key === "k") return "search";
  if (command && key === "n") return "newDraft";
  // Ctrl+R would reload the webview, which nobody wants here.
  if (key === "f5" || (command && key === "r")) return "sync";
  if (event.altKey && key === "arrowleft") return "back";
  if (event.altKey && key === "arrowright") return "forward";
  if (key === "f6" && !event.ctrlKey && !event.altKey) return event.shiftKey ? "previousPane" : "nextPane";
  // With Shift too: on most keyboards + is the shifted =.
  if (control && (key === "+" || key === "=")) return "larger";
  if (control && (key === "-" || key === "_")) return "smaller";
  if (command && key === "0") return "normal";
  if (key === "f1" || (control && (key === "/" || key === "?"))) return "keys";
  return null;
}
