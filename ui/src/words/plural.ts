/** Numbers and plurals in English. Another language has its own. */
const NUMBERS = new Intl.NumberFormat("en-GB");

/** `20,000` */
export function number(n: number): string {
  return NUMBERS.format(n);
}

/** `1 project`, `14 projects` */
export function counted(n: number, one: string, many: string): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}
