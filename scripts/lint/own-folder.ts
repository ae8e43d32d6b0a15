// Lint rule: a source file names no path outside its own top-level folder. dependency-cruiser checks imports;
// `new URL("../scripts/…", import.meta.url)` and `join(import.meta.dirname, "../…")` would walk around it.
import { posix } from "node:path";
import type { Rule } from "eslint";

/** What code reads at run time although it lies in no folder of source: built files, and the tools' own. */
const SHARED = [
  "artifacts/",
  "prisma/migrations/",
  "web/dist/",
  "node_modules/",
  "hardhat.config.ts",
];

export const ownFolder: Rule.RuleModule = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      leaves:
        "This path leaves {{folder}}/. Import it, take it as an argument, or keep to: {{shared}}.",
    },
  },
  create(context) {
    const file = posix.relative(context.cwd, context.filename);
    const folder = file.split("/")[0]!;
    const text = (node: Parameters<typeof context.sourceCode.getText>[0]) =>
      context.sourceCode.getText(node);
    /** A literal's text, or a template's up to its first expression. */
    const beginning = (source: string) => /^["'`]([^"'`$]*)/.exec(source)?.[1] ?? "";
    const check = (node: Rule.Node, ...parts: string[]) => {
      const target = posix.join(posix.dirname(file), ...parts.map(beginning));
      if (target === folder || target.startsWith(`${folder}/`)) return;
      if (SHARED.some((shared) => target.startsWith(shared))) return;
      context.report({ node, messageId: "leaves", data: { folder, shared: SHARED.join(", ") } });
    };
    return {
      NewExpression(node) {
        const [path, base] = node.arguments.map(text);
        if (base === "import.meta.url") check(node, path!);
      },
      CallExpression(node) {
        const [base, ...parts] = node.arguments.map(text);
        if (base === "import.meta.dirname") check(node, ...parts);
      },
    };
  },
};
