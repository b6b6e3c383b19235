/** Moving a project to another phase: an edit of it is opened, with that phase chosen. Nothing is sent. */
import { tick } from "svelte";
import { commands, type Failure, type Phase, type ProjectId } from "../../bindings";
import { notice } from "../../stores/notice.svelte";
import { router } from "../../stores/router.svelte";
import { words } from "../../words";

/** Opens the edit. A draft of the project that was begun already is used, with all that was typed in it. */
export async function beginPhaseEdit(project: ProjectId, phase: Phase): Promise<void> {
  const failure = await choosePhase(project, phase);
  if (failure) notice.fail(failure);
}

async function choosePhase(project: ProjectId, phase: Phase): Promise<Failure | null> {
  const begun = await commands.editProject(project);
  if (begun.status === "error") return begun.error;
  const draft = await commands.draft(begun.data);
  if (draft.status === "error") return draft.error;
  const saved = await commands.saveDraft(begun.data, { ...draft.data.form, phase });
  if (saved.status === "error") return saved.error;
  router.go({ name: "draft", id: begun.data, section: "phase" });
  await tick();
  notice.done(words.council.move.begun(words.project.step[phase]));
  return null;
}
