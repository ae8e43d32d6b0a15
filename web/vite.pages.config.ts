// Builds the pages where people work: one document, scripts and styles whose names change with their content, and each of
// these compressed beside itself, so that the service compresses nothing.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { CSS_TARGET } from "./vite.config.ts";

/** Writes each file's compressed forms beside it, once the files are written: until then, the bundler still changes them. */
const compressed: Plugin = {
  name: "compressed",
  async writeBundle({ dir }, bundle) {
    const most = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
    for (const name of Object.keys(bundle).filter((each) => /\.(js|css|svg|wasm)$/.test(each))) {
      const file = join(dir!, name);
      const source = await readFile(file);
      await writeFile(`${file}.br`, brotliCompressSync(source, most));
      await writeFile(`${file}.gz`, gzipSync(source, { level: 9 }));
    }
  },
};

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/",
  publicDir: false,
  logLevel: "warn",
  plugins: [compressed],
  worker: { format: "es" },
  // The reader of CSV has a build for browsers, without Node's buffers.
  resolve: { alias: { "csv-parse/sync": "csv-parse/browser/esm/sync" } },
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    outDir: "dist/pages",
    emptyOutDir: true,
    target: "es2023",
    cssTarget: CSS_TARGET,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_024,
    rolldownOptions: {
      input: fileURLToPath(new URL("index.html", import.meta.url)),
      // The bundler repeats what libraries mark for servers' renderers.
      onwarn(warning, warn) {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
