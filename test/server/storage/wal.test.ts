// Tests positions in the write-ahead log, and how a lag is measured by them.
import { expect } from "chai";
import { endOfWritten, openLagMeter, readPosition } from "../../../server/storage/wal.ts";

describe("readPosition", () => {
  it("counts bytes across the halves of a position", () => {
    expect(readPosition("0/0")).to.equal(0n);
    expect(readPosition("0/2B027BB8")).to.equal(0x2b027bb8n);
    expect(readPosition("16/B374D848") - readPosition("15/B374D848")).to.equal(1n << 32n);
  });
});

describe("endOfWritten", () => {
  it("leaves out the header of a page that has no record yet", () => {
    expect(endOfWritten(readPosition("0/3002018"))).to.equal(readPosition("0/3002000"));
    expect(endOfWritten(readPosition("0/4000028"))).to.equal(readPosition("0/4000000"));
  });

  it("leaves every other position as it is", () => {
    for (const text of ["0/3002000", "0/3002020", "0/30020A0", "0/4000030"])
      expect(endOfWritten(readPosition(text)), text).to.equal(readPosition(text));
  });
});

describe("openLagMeter", () => {
  it("counts from the first sample that the replica lacks", () => {
    const meter = openLagMeter();
    for (const [written, now] of [
      [100n, 1_000],
      [200n, 2_000],
      [300n, 3_000],
    ] as const)
      meter.sample(written, now);
    expect(meter.seconds(99n, 5_000)).to.equal(4);
    expect(meter.seconds(100n, 5_000)).to.equal(3);
    expect(meter.seconds(299n, 5_000)).to.equal(2);
    expect(meter.seconds(300n, 5_000)).to.equal(0);
  });

  it("stays 0 while nobody writes", () => {
    const meter = openLagMeter();
    for (let now = 0; now < 10_000; now += 1_000) meter.sample(100n, now);
    expect(meter.seconds(100n, 60_000)).to.equal(0);
  });

  it("remembers the beginning of a lag of any length", () => {
    const meter = openLagMeter();
    for (let i = 1; i <= 10_000; i++) meter.sample(BigInt(i), i * 1_000);
    expect(meter.seconds(0n, 10_000_000)).to.equal(9_999);
    const later = meter.seconds(5_000n, 10_000_000);
    expect(later).to.be.within(4_900, 5_000);
  });
});
