/** Finding projects: the list, what narrows it, how it is sorted. */
export const find = {
  title: "Find",
};
