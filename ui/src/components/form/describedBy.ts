/** A value for `aria-describedby`: the ids in the order in which screen readers read them. */
export function describedBy(...ids: (string | false | undefined)[]): string | undefined {
  return ids.filter(Boolean).join(" ") || undefined;
}
