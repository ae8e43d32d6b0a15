// Builds each page of this folder into one file that needs no other. Script and style are inside it, and its content
// security policy allows only these, by their hashes.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/** Browsers that know light-dark(), which the tokens are written with: since May 2024. */
export const CSS_TARGET = ["chrome123", "firefox120", "safari17.5"];

/** The page's policy: only its own script runs, and it loads nothing. It may connect to any node that the reader names. */
const policyOf = (script: string, style: string) =>
  [
    "default-src 'none'",
    `script-src ${hashOf(script)} 'wasm-unsafe-eval'`,
    `style-src ${hashOf(style)}`,
    "connect-src http: https:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Replaces the elements that load a page's script and style with the script and style themselves. */
const inOneFile: Plugin = {
  name: "in-one-file",
  enforce: "post",
  generateBundle(_options, bundle) {
    const files = Object.values(bundle);
    const scripts = files.filter((file) => file.type === "chunk");
    const styles = files.filter((file) => file.type === "asset" && file.fileName.endsWith(".css"));
    const [page, ...others] = files.filter(
      (file) => !scripts.includes(file as never) && !styles.includes(file),
    );
    if (scripts.length !== 1 || styles.length !== 1 || page?.type !== "asset" || others.length > 0)
      this.error(
        `Expected one page, one script and one style, not ${Object.keys(bundle).join(", ")}.`,
      );
    const script = scriptText(scripts[0]!.code);
    const style = String((styles[0] as { source: string | Uint8Array }).source).trim();
    if (/<\/style|\r/i.test(style))
      this.error("The style contains text that would end its own element.");
    const policy = `<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}" />`;
    page.source = String(page.source)
      .replaceAll("\r", "")
      .replace(/<meta charset="utf-8" ?\/?>/, (charset) => `${charset}\n    ${policy}`)
      .replace(
        /<script type="module"[^>]*><\/script>/,
        () => `<script type="module">${script}</script>`,
      )
      .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`);
    for (const text of [policy, script, style])
      if (!page.source.includes(text))
        this.error("The page lacks the element that its policy, its script or its style replaces.");
    for (const file of [...scripts, ...styles]) Reflect.deleteProperty(bundle, file.fileName);
  },
};

/** Escapes a script for its element: nothing in it may end the element or begin a comment. */
function scriptText(code: string): string {
  const text = code
    .trim()
    .replaceAll("\r", "\\r")
    .replaceAll(/<(?=\/script|!--|script)/gi, "\\x3C");
  return text;
}

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  publicDir: false,
  logLevel: "warn",
  plugins: [inOneFile],
  // The build makes the same bytes in every environment.
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    outDir: "dist",
    emptyOutDir: false, // the other pages are built beside it
    target: "es2023",
    modulePreload: false,
    cssCodeSplit: false,
    cssTarget: CSS_TARGET,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    chunkSizeWarningLimit: 4_096,
    rolldownOptions: { input: fileURLToPath(new URL("verify.html", import.meta.url)) },
  },
});
