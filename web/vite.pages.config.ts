// Builds the pages where people work: one document, scripts and styles whose names change with their content, and each of
// these compressed beside itself, so that the service compresses nothing.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { CSS_TARGET } from "./vite.config.ts";

/** Writes each file's compressed forms beside it. */
const compressed: Plugin = {
  name: "compressed",
  enforce: "post",
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (!/\.(js|css|svg)$/.test(file.fileName)) continue;
      const source = Buffer.from(file.type === "chunk" ? file.code : file.source);
      const most = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
      const forms = { br: brotliCompressSync(source, most), gz: gzipSync(source, { level: 9 }) };
      for (const [suffix, bytes] of Object.entries(forms))
        this.emitFile({ type: "asset", fileName: `${file.fileName}.${suffix}`, source: bytes });
    }
  },
};

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/",
  publicDir: false,
  logLevel: "warn",
  plugins: [compressed],
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
