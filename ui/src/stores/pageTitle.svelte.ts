/** The title of the page and of the system's window: what the page is about, with "Error: " first while a summary of errors is on it. */
import { words } from "../words";

class PageTitle {
  #about: string = $state("");
  #summaries: number = $state(0);

  readonly text: string = $derived.by(() => {
    const title = words.common.pageTitle(this.#about);
    return this.#summaries > 0 ? words.common.pageTitleWithError(title) : title;
  });

  show(about: string): void {
    this.#about = about;
  }

  /** An error summary is on the page until the returned function is called. */
  withErrors(): () => void {
    this.#summaries += 1;
    return () => void (this.#summaries -= 1);
  }
}

export const pageTitle = new PageTitle();
