import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import svelte from "eslint-plugin-svelte";
import { defineConfig, globalIgnores } from "eslint/config";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default defineConfig(
  // What `cargo xtask bindings` and the build write.
  globalIgnores(["src/bindings.ts", "dist/"]),
  js.configs.recommended,
  ts.configs.recommended,
  svelte.configs.recommended,
  // Prettier lays the code out: rules about layout are off.
  prettier,
  svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      // TypeScript knows every name, types included; ESLint alone does not.
      "no-undef": "off",
      // Svelte drops a plain space at the edge of a block: there it has to be written {" "}.
      "svelte/no-useless-mustaches": "off",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
);
