/** One of the choices of `Radios`, `Checkboxes` and `Select`. */
export type Choice<T extends string = string> = { value: T; label: string; hint?: string };

/** Choices in the order of a record of words: `choices(words.common.phase)`. */
export function choices<T extends string>(labels: Record<T, string>): Choice<T>[] {
  return (Object.entries(labels) as [T, string][]).map(([value, label]) => ({ value, label }));
}
