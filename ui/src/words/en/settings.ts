/** Settings: registry, account, theme, text size. */
export const settings = {
  title: "Settings",
};
