/** Drafts and the editor. */
export const drafts = {
  title: "Drafts",
};
