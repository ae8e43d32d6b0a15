// Tests the parser of queries, and the bounds on what a query may hold.
import { expect } from "chai";
import { MAX_QUERY_FIELDS, parseQuery } from "../../../server/http/query.ts";
import { Refusal } from "../../../server/refusal.ts";

describe("parseQuery", () => {
  it("reads fields with their escapes", () => {
    expect(parseQuery("a=1&b=x%20y+z&c==&&d")).to.deep.equal({ a: "1", b: "x y z", c: "=", d: "" });
    expect(parseQuery(null)).to.deep.equal({});
  });

  it("keeps two values of a field that appears more often: no route accepts a list", () => {
    const { a } = parseQuery(
      Array.from({ length: MAX_QUERY_FIELDS }, (_, i) => `a=${i}`).join("&"),
    );
    expect(a).to.be.an("array").with.lengthOf(2);
  });

  it("refuses a query with more fields than any route has", () => {
    for (const text of ["a&".repeat(8_000), "&".repeat(16_000)])
      expect(() => parseQuery(text))
        .to.throw(Refusal)
        .with.property("code", "TOO_LARGE");
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => parseQuery("a=%ff")).to.throw(URIError);
  });
});
