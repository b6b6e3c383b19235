/** The heading level of a project's sections: h2 on a page, h3 in a preview, whose title is an h2. */
import { createContext } from "svelte";

const [headingLevel, setHeadingLevel] = createContext<() => "h2" | "h3">();

export { headingLevel, setHeadingLevel };
