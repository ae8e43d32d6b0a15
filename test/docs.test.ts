// Holds the pages to the code where they are written by hand: environment variables with their defaults, limits, exit codes.
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { ENVIRONMENT_HELP, EXIT_CODES_HELP } from "../cli/output/help.ts";
import { EXIT, FAULTS_EXIT, VERDICT_EXIT } from "../cli/output/outcome.ts";
import { STANDING, TIMED } from "../server/budgets/budgets.ts";
import { readConfig } from "../server/config.ts";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** The rows of a page's tables, as their cells. */
const rowsOf = (page: string) =>
  page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.slice(2).split(" | "));

/** The names of variables in a text. The README shortens some that begin alike: `A_ONE`, `_TWO`. */
function variablesIn(text: string): string[] {
  let stem = "";
  return [...text.matchAll(/`([A-Z_0-9]{3,})`/g)].map(([, name]) => {
    if (name!.startsWith("_")) return stem + name!;
    stem = name!.replace(/_[A-Z]+$/, "");
    return name!;
  });
}

describe("the pages on settings", () => {
  const source = read("server/config.ts");
  const [, environment = ""] = /const Environment = z\.object\(\{([^]*?)\n\}\);/.exec(source) ?? [];
  const variables = [...environment.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name!);
  const configuration = rowsOf(read("README.md").split("## Configuration")[1]!.split("\n## ")[0]!);

  it("list in README each variable of the service, and no other", () => {
    expect(variables).to.have.length.above(30);
    const listed = configuration.flatMap(([names]) => variablesIn(names!));
    expect([...listed].sort()).to.deep.equal([...variables].sort());
  });

  it("state the defaults that the service has", () => {
    const { config } = readConfig({});
    const defaults: Record<string, string> = {
      "`PORT`, `HOST`": `\`${config.port}\`, \`${config.host}\``,
      "`DATA_DIR`": `\`${config.dataDir}\``,
      "`SAMPLE`": `\`${config.sample}\``,
      "`SETTLEMENT`": `\`${config.settlement}\``,
      "`BEHIND_TLS`": config.behindTls ? "`yes`" : "`no`",
      "`TRUST_PROXY`": `\`${String(config.trustProxy)}\``,
      "`LOG_LEVEL`": `\`${config.logLevel}\``,
      "`DOCUMENT_MAX_BYTES`": `${config.documentMaxBytes / 1024 ** 2} MiB`,
    };
    const stated = Object.fromEntries(
      configuration.filter(([names]) => names! in defaults).map(([names, value]) => [names, value]),
    );
    expect(stated).to.deep.equal(defaults);
    const [, , checkpoints = ""] = configuration.find(([names]) =>
      names!.includes("LOG_CHECKPOINT"),
    )!;
    expect(checkpoints).to.contain(`\`${config.log.seconds}\` seconds on the embedded chain`);
    const finality = configuration.find(([names]) => names === "`FINALITY`")!;
    expect(finality[2]).to.contain(`\`${config.finality}\` on the embedded chain`);
  });

  it("list in docs/operate.md each budget with its limit", () => {
    const rows = rowsOf(read("docs/operate.md"));
    for (const { variable, limit, unit } of [
      ...Object.values(TIMED),
      ...Object.values(STANDING),
    ].map((budget) => ({ unit: 1, ...budget }))) {
      const row = rows.find(([, name]) => name === `\`${variable}\``);
      const shown = (limit / unit).toLocaleString("en-US");
      expect(row?.[2], variable).to.match(new RegExp(`^${shown}( MiB)?$`));
    }
  });

  it("name each variable that the command line reads", () => {
    const files = readdirSync(new URL("../cli", import.meta.url), {
      recursive: true,
      encoding: "utf8",
    });
    const named = files
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) =>
        [...read(`cli/${file}`).matchAll(/env\["([A-Z_]+)"\]/g)].map(([, name]) => name!),
      );
    expect(named).to.include.members(["REELPROOF_URL", "OWNER_KEY", "ACCOUNT_KEY", "PARTY_KEY"]);
    const known = [...ENVIRONMENT_HELP.matchAll(/[A-Z][A-Z_]{3,}/g)].map(([name]) => name);
    for (const name of named.filter((one) => !variables.includes(one)))
      expect(known).to.include(name);
  });
});

describe("the help on exit codes", () => {
  it("has each exit code and each verdict's", () => {
    const own = Object.values(EXIT).map(String);
    const [, codes = ""] = /Exit codes:\n([^]*?)\n {2}verify/.exec(EXIT_CODES_HELP)!;
    expect([...codes.matchAll(/\b(\d+) {2}\w/g)].map(([, code]) => code)).to.have.members(own);
    for (const [name, code] of Object.entries(VERDICT_EXIT))
      expect(EXIT_CODES_HELP).to.contain(`${code} ${name}`);
    expect(EXIT_CODES_HELP).to.contain(`${FAULTS_EXIT} faults found`);
  });

  it("stands in docs/commands.md, with the variables", () => {
    const page = read("docs/commands.md");
    expect(page).to.contain(EXIT_CODES_HELP.trim().replace(/^Exit codes:\n/, ""));
    expect(page).to.contain(ENVIRONMENT_HELP.trim().replace(/^Environment:\n/, ""));
  });
});
