/** One of the options of `Radios`, `Checkboxes` and `Select`. */
export type Option<T extends string = string> = { value: T; label: string; hint?: string };

/** Options in the order of a record of words: `optionsFrom(words.common.phase)`. */
export function optionsFrom<T extends string>(labels: Record<T, string>): Option<T>[] {
  return (Object.entries(labels) as [T, string][]).map(([value, label]) => ({ value, label }));
}
