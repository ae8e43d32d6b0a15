// Raises every custom error of the ledger: when it occurs, and with which arguments.
import { expect } from "chai";
import { VIOLATIONS } from "../../protocol/event/violation.ts";
import { ZERO_ADDRESS } from "../../protocol/base/values.ts";
import {
  CustodyLedger__factory,
  ICustodyLedger__factory,
} from "../../types/ethers-contracts/index.ts";
import { OTHER_CASES } from "./support/other-cases.ts";
import { RULE_CASES } from "./support/rule-cases.ts";
import { type Scene, createScene } from "./support/scene.ts";

const CASES = { ...RULE_CASES, ...OTHER_CASES };

/** Errors of the OpenZeppelin parts, raised only in states that the ledger cannot reach after its deployment. */
const AT_DEPLOYMENT = ["OwnableInvalidOwner", "InvalidShortString", "StringTooLong"];

describe("CustodyLedger, on refused calls", () => {
  let scene: Scene;

  before(async () => {
    scene = await createScene();
  });

  after(() => scene.world.connection.close());

  it("has a test case for every error of the contract", () => {
    const errorsOf = (
      abi: typeof CustodyLedger__factory.abi | typeof ICustodyLedger__factory.abi,
    ) => abi.flatMap((item) => (item.type === "error" ? [item.name] : []));
    expect(Object.keys(RULE_CASES)).to.have.members(Object.keys(VIOLATIONS));
    expect(Object.keys(CASES)).to.include.members(errorsOf(ICustodyLedger__factory.abi));
    expect([...Object.keys(CASES), ...AT_DEPLOYMENT]).to.have.members(
      errorsOf(CustodyLedger__factory.abi),
    );
    for (const [name, cases] of Object.entries(CASES))
      expect(Object.keys(cases), name).to.not.be.empty;
  });

  it("reverts with OwnableInvalidOwner: no owner at deployment", async () => {
    const { ethers } = scene.world.connection;
    const factory = await ethers.getContractFactory("CustodyLedger");
    const deployment = await factory.getDeployTransaction(ZERO_ADDRESS);
    const error = await ethers.provider.call(deployment).then(
      () => undefined,
      (reason: { data?: string }) => reason,
    );
    const refusal = factory.interface.parseError(error?.data ?? "0x");
    expect([refusal?.name, refusal?.args.toArray()]).to.deep.equal([
      "OwnableInvalidOwner",
      [ZERO_ADDRESS],
    ]);
  });

  for (const [name, cases] of Object.entries(CASES))
    for (const [when, run] of Object.entries(cases))
      it(`reverts with ${name}: ${when}`, async () => {
        const [found, args] = await run(scene);
        expect(found).to.deep.equal({ name, args });
      });
});
