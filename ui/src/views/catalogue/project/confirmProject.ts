/** Confirming a project with one press. */
import { commands, type ProjectId } from "../../../bindings";
import { notice } from "../../../stores/notice.svelte";
import { status } from "../../../stores/status.svelte";
import { words } from "../../../words";

/** Confirms a project, and says whether that is sent now or later. Returns true if it was accepted on this laptop. */
export async function confirmProject(id: ProjectId, title: string): Promise<boolean> {
  const answer = await commands.confirmProject(id);
  if (answer.status === "error") notice.fail(answer.error);
  else notice.done(status.offline ? words.project.confirm.later(title) : words.project.confirm.done(title));
  return answer.status === "ok";
}
