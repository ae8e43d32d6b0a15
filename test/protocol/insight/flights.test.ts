// Holds the adaptive bound to real flights, from flights/ in the folder CONFORMANCE_DIR.
import { expect } from "chai";
import { backtestFlights, readFlights } from "../../../bench/insight-flights.ts";

const flights = readFlights(process.env["CONFORMANCE_DIR"]);

describe("the adaptive bound on flights of 2001", () => {
  if (flights === undefined) {
    it("is skipped because CONFORMANCE_DIR is not set", function () {
      this.skip();
    });
    return;
  }

  it("covers 0.88 to 0.92 of the delays at 90 %, though bad weather clusters", () => {
    const { n, coverage, pinball } = backtestFlights(flights);
    expect(n).to.be.greaterThan(9000);
    expect(coverage.ours).to.be.within(0.88, 0.92);
    expect(pinball.ours).to.be.lessThan(1.02 * pinball.normal);
  }).timeout(20_000);
});
