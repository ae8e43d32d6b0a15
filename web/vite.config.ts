// Builds each page of this folder into one file that needs no other. Script and style are inside, and its policy allows
// these by their hashes and nothing else.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/** Only the page's own script runs. It may load nothing, and talk to any node that its reader names. */
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

/** Puts a page's script and style into it, in the place of the elements that load them. */
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
        `one page, one script and one style were expected, not ${Object.keys(bundle).join(", ")}`,
      );
    const script = scriptText(scripts[0]!.code);
    const style = String((styles[0] as { source: string | Uint8Array }).source).trim();
    if (/<\/style|\r/i.test(style)) this.error("this style would end its own element");
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
        this.error("the page has no place for its policy, its script or its style");
    for (const file of [...scripts, ...styles]) Reflect.deleteProperty(bundle, file.fileName);
  },
};

/** A script as it may stand in a page: nothing in it ends the element, or begins a comment. */
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
  // The same bytes whatever the environment of the build.
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    chunkSizeWarningLimit: 4_096,
    rolldownOptions: { input: fileURLToPath(new URL("verify.html", import.meta.url)) },
  },
});
