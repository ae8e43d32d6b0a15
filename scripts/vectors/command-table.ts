// Makes docs/commands.md: every command of the command line with one line, from the program's own help.
import { commandHelp } from "../../cli/program.ts";
import { ENVIRONMENT_HELP, EXIT_CODES_HELP } from "../../cli/output/help.ts";

const INTRODUCTION = `# Commands

Made by \`npm run vectors\` from the help of \`cli/program.ts\`.

\`reelproof COMMAND --help\` lists the options. A lot is named by its number, its id, its package id, or the text of its label; a
party by the start of its name or address. \`--json\` writes the result, and nothing else, to stdout.

\`ship\`, \`return\` and \`receive\` ask before they sign more than was named, if a person is at the terminal. Each act is sent with an
\`Idempotency-Key\`, so that it is done once although its answer is lost and the command sends it again.
`;

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "\\<");

/** The text of docs/commands.md. */
export async function makeCommandTable(): Promise<string> {
  const groups = [...Map.groupBy(await commandHelp(), ({ group }) => group)];
  const tables = groups.map(([group, commands]) => {
    const rows = commands.map(
      ({ usage, about }) => `| \`${usage.replaceAll("|", "\\|")}\` | ${cell(about)} |`,
    );
    return [
      `## ${group.replace(/:$/, "")}\n`,
      "| command | what it does |",
      "| --- | --- |",
      ...rows,
      "",
    ].join("\n");
  });
  const texts = [EXIT_CODES_HELP, ENVIRONMENT_HELP].map((help) => {
    const [, title = "", text = ""] = /^(.*):\n([^]*)$/.exec(help.trim()) ?? [];
    return `## ${title}\n\n\`\`\`\n${text}\n\`\`\`\n`;
  });
  return [INTRODUCTION, ...tables, ...texts].join("\n");
}
