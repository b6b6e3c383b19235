/** How deep a project's sections stand: below the page's title, or below a preview's own heading. */
import { createContext } from "svelte";

const [headingLevel, setHeadingLevel] = createContext<() => "h2" | "h3">();

export { headingLevel, setHeadingLevel };
