/** First run and signing in. */
export const firstRun = {
  title: "Welcome to Guildhall",
};
