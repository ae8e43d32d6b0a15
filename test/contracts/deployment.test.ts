// Runs the deployment as an operator does. The ledger belongs to the owner that its parameters
// name.
import { expect } from "chai";
import { network } from "hardhat";
import CustodyLedgerModule from "../../ignition/modules/CustodyLedger.ts";

describe("the ledger's deployment", () => {
  it("makes the named account the owner, or else the deploying account", async () => {
    const { ethers, ignition, close } = await network.create({
      network: "default",
      chainType: "l1",
    });
    const [deployer, owner] = await ethers.getSigners();
    const named = await ignition.deploy(CustodyLedgerModule, {
      parameters: { CustodyLedger: { owner: owner!.address } },
    });
    expect(await named.ledger.getFunction("owner")()).to.equal(owner!.address);
    const unnamed = await ignition.deploy(CustodyLedgerModule);
    expect(await unnamed.ledger.getFunction("owner")()).to.equal(deployer!.address);
    await close();
  });
});
