/** What was typed to narrow each part of the catalogue, remembered while the app is open. */
class Remembered {
  needs = $state("");
  services = $state("");
  products = $state("");
}

export const remembered = new Remembered();

/** Whether a text contains each of the words. */
export function hasWords(text: string, words: string): boolean {
  const low = text.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}
