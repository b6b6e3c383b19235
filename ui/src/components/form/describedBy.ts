/** The ids that a field's `aria-describedby` names, in the order in which they are read. */
export function describedBy(...ids: (string | false | undefined)[]): string | undefined {
  return ids.filter(Boolean).join(" ") || undefined;
}
