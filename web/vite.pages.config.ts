// Builds the pages where people work: one document, scripts and styles whose names change with their content, and each of
// these compressed beside itself, so that the service compresses nothing.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { CSS_TARGET } from "./vite.config.ts";

/** The service worker's name must not change with its content: it is asked for by its address. */
const WORKER_FILE = "service-worker.js";

/** Writes each file's compressed forms beside it, once the files are written: until then, the bundler still changes them. */
const compressed: Plugin = {
  name: "compressed",
  async writeBundle({ dir }, bundle) {
    const most = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
    for (const name of Object.keys(bundle).filter((each) =>
      /^assets\/.*\.(js|css|svg|wasm)$/.test(each),
    )) {
      const file = join(dir!, name);
      const source = await readFile(file);
      await writeFile(`${file}.br`, brotliCompressSync(source, most));
      await writeFile(`${file}.gz`, gzipSync(source, { level: 9 }));
    }
  },
};

/** Tells the service worker which files there are, once all of them are written. */
const listed: Plugin = {
  name: "listed",
  async writeBundle({ dir }, bundle) {
    const file = join(dir!, WORKER_FILE);
    const files = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
    const list = JSON.stringify(JSON.stringify(files.sort().map((name) => `/${name}`)));
    const source = await readFile(file, "utf8");
    const written = source.replace(/(["'`])\{\{files\}\}\1/, () => list);
    if (written === source) throw new Error(`${WORKER_FILE} has no place for the list of files`);
    await writeFile(file, written);
  },
};

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/",
  publicDir: false,
  logLevel: "warn",
  plugins: [listed, compressed],
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
      input: {
        index: fileURLToPath(new URL("index.html", import.meta.url)),
        "service-worker": fileURLToPath(new URL("app/offline/service-worker.ts", import.meta.url)),
      },
      output: {
        entryFileNames: ({ name }) =>
          name === "service-worker" ? WORKER_FILE : "assets/[name]-[hash].js",
      },
      // The bundler repeats what libraries mark for servers' renderers.
      onwarn(warning, warn) {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
