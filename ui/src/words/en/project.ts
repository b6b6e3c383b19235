/** A project: everything it holds. */
export const project = {
  title: "Project",
};
