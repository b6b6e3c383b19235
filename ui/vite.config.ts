import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  build: {
    // The oldest webviews supported: macOS 12's, and Windows' WebView2 of 2023.
    target: ["chrome111", "safari15.4"],
    // In kilobytes. The window loads from the laptop's disk, so one file is no slower than several.
    chunkSizeWarningLimit: 1000,
  },
  css: {
    // govuk-frontend has hacks for old browsers that are not valid CSS.
    lightningcss: { errorRecovery: true },
    preprocessorOptions: { scss: { quietDeps: true } },
  },
  // The names of screens are in a file that the registry reads too.
  server: { port: 5173, strictPort: true, fs: { allow: [".", "../words"] } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["./vitest.setup.ts"],
    restoreMocks: true,
    // In milliseconds: a busy machine is slow, and a test that hangs still ends.
    testTimeout: 30_000,
  },
});
