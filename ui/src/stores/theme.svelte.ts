/** Sets the theme and the text size on the html element, where the styles read them. */
import type { Theme } from "../bindings";

export const TEXT_SIZES = [100, 125, 150, 175, 200] as const;

/** `textSize` is a percentage. Everything is measured in rem, so the whole window scales. */
export function applyTheme(theme: Theme, textSize: number): void {
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.style.fontSize = `${Math.min(200, Math.max(100, textSize))}%`;
  // Larger text moves what has the focus, perhaps out of sight. (jsdom cannot scroll.)
  document.activeElement?.scrollIntoView?.({ block: "nearest" });
}
