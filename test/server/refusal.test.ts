// Tests the closed list of refusal codes: it has every code that the service throws, and the OpenAPI document lists them
// all. The types check that no other code can be thrown.
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { isRefusalCode, REFUSALS } from "../../api/refusals.ts";
import { describe as documentOf } from "../../server/http/openapi.ts";
import { ROUTES } from "../../server/http/routes/table.ts";

const SERVER = new URL("../../server/", import.meta.url);

/** Every refusal code in the source of server/, with the status beside it. */
function refusalsInSource(): { code: string; status: number; file: string }[] {
  const files = readdirSync(SERVER, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(new URL(file, SERVER), "utf8");
      return [...text.matchAll(/new Refusal\(\s*"([^"]+)",\s*(\d+)/g)].map(([, code, status]) => ({
        file,
        code: code!,
        status: Number(status),
      }));
    });
}

describe("REFUSALS", () => {
  it("contains every code that the service throws, with its status", () => {
    const thrown = refusalsInSource();
    expect(thrown.length).to.be.greaterThan(80);
    for (const { file, code, status } of thrown) {
      expect(isRefusalCode(code), `${file}: ${code}`).to.equal(true);
      expect(REFUSALS[code as keyof typeof REFUSALS], `${file}: ${code}`).to.include(status);
    }
  });

  it("is listed in the OpenAPI document", () => {
    const document = documentOf(ROUTES) as {
      components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
    };
    const { code } = document.components.schemas.Problem.properties;
    expect(code.enum).to.have.members(Object.keys(REFUSALS));
  });

  it("contains only client and server error statuses", () => {
    for (const [code, statuses] of Object.entries(REFUSALS))
      for (const status of statuses) expect(status, code).to.be.within(400, 599);
  });
});
