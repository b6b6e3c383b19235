/** A council and its projects. */
export const council = {
  title: "Our council",
};
