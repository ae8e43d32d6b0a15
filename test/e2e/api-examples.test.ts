// Pastes every example of the API's documentation, as it is served, into a service that has played the sample.
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { REQUEST_EXAMPLES } from "../../server/http/examples.ts";
import { newShell, runCurl } from "../support/curl.ts";
import { ROUTES } from "../../server/http/routes/table.ts";
import { openSampleService, type SampleService } from "../support/sample-service.ts";

interface Operation {
  description: string;
  requestBody?: { content: Record<string, { example?: unknown }> };
  responses: Record<string, { description: string }>;
}

/** The parts of a documented example. */
const EXAMPLE = /with the API key of (\w+): [^]*? Answers (\d+)\.[^]*?```sh\n([^]*?)\n```/;

describe("the API's documentation", () => {
  let sample: SampleService;
  let operations: Map<string, Operation>;

  before(async () => {
    sample = await openSampleService();
    const { paths } = await sample.expecting<{ paths: Record<string, Record<string, Operation>> }>(
      200,
      "GET",
      "/v1/openapi.json",
    );
    operations = new Map(
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(
          ([method, operation]) => [`${method} ${path}`, operation] as const,
        ),
      ),
    );
  });
  after(() => sample.close());

  const keyOf = (name: string) =>
    sample.service.keptKeys!.keys.find((key) => key.name.startsWith(name))!.key;
  const documented = (method: string, path: string) =>
    operations.get(`${method} ${path.replace(/[:*](\w+)/g, "{$1}")}`)!;

  it("has an example for every request with a body, and none for another", () => {
    const withBody = ROUTES.filter(({ body, uploads }) => body !== undefined || uploads);
    const names = withBody.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(REQUEST_EXAMPLES).sort()).to.deep.equal(names.sort());
  });

  for (const { method, path, body, uploads } of ROUTES) {
    if (body === undefined && !uploads) continue;
    it(`has an example of ${method} ${path} that answers as it says`, async () => {
      const { description } = documented(method, path);
      const [, as, status, lines] = EXAMPLE.exec(description) ?? [];
      expect(lines, description).to.be.a("string");
      const shell = newShell(sample.url, keyOf(as!));
      const [last, ...before] = lastFirst(lines!);
      for (const line of before) {
        const { status: done, text } = await runCurl(shell, line);
        expect(done, `${line}\n${text}`).to.be.within(200, 299);
      }
      const answer = await runCurl(shell, last!);
      expect(answer.status, `${last!}\n${answer.text}`).to.equal(Number(status));
    });
  }

  it("names refusals by status, with their codes", () => {
    const { responses } = documented("post", "/v1/lots/:lot/hold");
    expect(Object.keys(responses)).to.include.members([
      "400",
      "401",
      "403",
      "404",
      "409",
      "422",
      "429",
    ]);
    expect(responses["422"]!.description).to.contain("`NOT_HOLDER`");
    expect(responses["409"]!.description).to.contain("`AMBIGUOUS_LOT`");
    const open = documented("get", "/healthz");
    expect(Object.keys(open.responses)).not.to.include("401");
  });

  for (const file of [
    "README.md",
    "docs/operate.md",
    "docs/exchange.md",
    "docs/deploy.md",
    "docs/labels.md",
  ])
    it(`has curl lines that answer in ${file}`, async () => {
      const text = await readFile(new URL(`../../${file}`, import.meta.url), "utf8");
      const shell = newShell(sample.url, keyOf("Ostermark"));
      for (const [line] of text.matchAll(/^curl .*127\.0\.0\.1:3000.*$/gm)) {
        const { status, text: answer } = await runCurl(shell, line.replace(/ (http\S+)/, ' "$1"'));
        expect(status, `${line}\n${answer}`).to.be.within(200, 299);
      }
    });
});

/** The last line, and those before it. A line begins with curl or with a variable. */
function lastFirst(lines: string): string[] {
  const each = lines.split(/\n(?=curl |[A-Z_]+=\$\()/);
  return [each.at(-1)!, ...each.slice(0, -1)];
}
