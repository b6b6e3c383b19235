/** Creates a draft of a new project and opens it. */
import { tick } from "svelte";
import { commands } from "../../bindings";
import { notice } from "../../stores/notice.svelte";
import { router } from "../../stores/router.svelte";

export async function beginDraft(): Promise<void> {
  const answer = await commands.newDraft();
  if (answer.status === "ok") return router.go({ name: "draft", id: answer.data, section: "about" });
  if (answer.error.code === "sign_in_needed") return router.go({ name: "signIn" });
  await tick();
  notice.fail(answer.error);
}
