/** The SPDX licences, by id. `spdx.json` says where they are from. */
import list from "./spdx.json";

export const LICENCES: Record<string, string> = list.licences;

/** Those that councils use most, which come first. */
export const USUAL = ["MIT", "OGL-UK-3.0", "Apache-2.0", "GPL-3.0-or-later", "AGPL-3.0-or-later", "CC-BY-4.0"] as const;

/** Whether a licence is on the list, or an expression of those that are: `MIT OR Apache-2.0`. */
export function isKnown(licence: string): boolean {
  const ids = licence
    .replaceAll(/[()]/g, " ")
    .trim()
    .split(/\s+(?:AND|OR)\s+/);
  return ids.every((id) => id.trim() in LICENCES);
}
