/** The text size, changed by keys. It is the size in Settings, so it stays. */
import { words } from "../words";
import { announcer } from "./announcer.svelte";
import { session } from "./session.svelte";
import { TEXT_SIZES } from "./theme.svelte";

/** The next size in a direction, or the same at either end. */
export function nextSize(size: number, by: 1 | -1): number {
  const further = by > 0 ? TEXT_SIZES.find((one) => one > size) : TEXT_SIZES.findLast((one) => one < size);
  return further ?? size;
}

export async function changeTextSize(to: "larger" | "smaller" | "normal"): Promise<void> {
  const size = session.start?.settings.text_size;
  if (size === undefined) return;
  const wanted = to === "normal" ? TEXT_SIZES[0] : nextSize(size, to === "larger" ? 1 : -1);
  if (wanted === size || (await session.saveSettings({ text_size: wanted }))) announcer.say(words.frame.textSize(wanted));
}
