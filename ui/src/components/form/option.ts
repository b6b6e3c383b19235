/** An option of `Radios`, `Checkboxes` or `Select`. */
export type Option<T extends string = string> = { value: T; label: string; hint?: string };

/** Makes options from a record of labels, in its order: `optionsFrom(words.common.phase)`. */
export function optionsFrom<T extends string>(labels: Record<T, string>): Option<T>[] {
  return (Object.entries(labels) as [T, string][]).map(([value, label]) => ({ value, label }));
}
