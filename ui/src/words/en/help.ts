/** The help page. */
import { screens } from "../../../../words/en.json";

export const help = {
  title: screens.help,
  about: "Guildhall shows what councils’ digital teams are working on, and finds who has the same need. It works online and offline.",
  version: (version: string) => `Guildhall ${version}`,
};
