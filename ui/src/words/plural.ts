/** Numbers and plurals, as `Intl` has them. A file of words in another language takes them by `inLanguage` of its own. */

/** A text for each plural category that the language has: English has `one` and `other`, Welsh has all six. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export function inLanguage(locale: string) {
  const numbers = new Intl.NumberFormat(locale);
  const rules = new Intl.PluralRules(locale);
  const number = (n: number): string => numbers.format(n);
  /** The form that goes with a number: `plural(1, { one: "is", other: "are" })` is “is”. */
  const plural = (n: number, forms: Forms): string => forms[rules.select(n)] ?? forms.other;
  return { number, plural };
}

/** `20,000`, and `is` or `are`, in English. */
export const { number, plural } = inLanguage("en-GB");

/** `1 project`, `14 projects` */
export function counted(n: number, one: string, other: string): string {
  return `${number(n)} ${plural(n, { one, other })}`;
}
