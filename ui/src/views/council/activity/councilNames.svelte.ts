/** The names of councils by their codes, for text that has only a code. */
import { onMount } from "svelte";
import { commands, type CouncilName } from "../../../bindings";

/** The current councils of the catalogue, once they are read. `of` is the code until then, and for a council that ended. */
export function councilNames(): { readonly all: CouncilName[]; of: (code: string) => string } {
  let all: CouncilName[] = $state.raw([]);

  onMount(async () => {
    const answer = await commands.councils();
    if (answer.status === "ok") all = answer.data;
  });
  return {
    get all() {
      return all;
    },
    of: (code) => all.find((council) => council.code === code)?.name ?? code,
  };
}
