// Tests who may sign: the owner, the parties that it admits and suspends, and the keys that they
// enrol and revoke.
import { expect } from "chai";
import { keccakHex, signDigest } from "../../protocol/base/crypto.ts";
import { utf8 } from "../../protocol/base/bytes.ts";
import { domainSeparator } from "../../protocol/event/event.ts";
import { keyEnrolmentDigest } from "../../protocol/event/key-enrolment.ts";
import { ROLES } from "../../protocol/event/roles.ts";
import { signatureParts } from "../../protocol/event/submission.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import {
  type World,
  act,
  admit,
  createWorld,
  enrol,
  logsOf,
  lotOf,
  newKey,
  reinstate,
  revoke,
  suspend,
} from "./support/world.ts";

const IDENTITY = keccakHex(utf8("who it is"));

describe("CustodyLedger, on its owner, parties and keys", () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
  });

  afterEach(() => world.connection.close());

  const commission = (party: Awaited<ReturnType<typeof admit>>, number: number, key = party.key) =>
    act(
      world,
      { action: 1, actor: party.address, entries: [{ lot: lotOf(party, number), quantity: 1 }] },
      key,
    );

  it("admits a party with roles, name and identity, and replaces them when admitted again", async () => {
    const owner = world.ledger.connect(world.owner);
    const party = world.spare[0]!.address.toLowerCase();
    expect([...(await world.ledger.partyOf(party))]).to.deep.equal([0n, false]);

    for (const [roles, name, identity] of [
      [ROLES.manufacturer, "Acme", ZERO_HASH],
      [ROLES.manufacturer | ROLES.assembler, "Acme GmbH", IDENTITY],
    ] as const) {
      const logs = await logsOf(world, owner.admit(party, roles, name, identity));
      expect(logs).to.deep.equal([
        { name: "PartyAdmitted", args: { party, roles, name, identity } },
      ]);
      expect([...(await world.ledger.partyOf(party))]).to.deep.equal([BigInt(roles), false]);
    }
  });

  it("suspends and reinstates a party, and keeps it suspended when it is admitted again", async () => {
    const owner = world.ledger.connect(world.owner);
    const party = await admit(world, ROLES.manufacturer);
    const { address } = party;

    expect(await logsOf(world, owner.suspend(address))).to.deep.equal([
      { name: "PartySuspended", args: { party: address } },
    ]);
    await owner.admit(address, ROLES.assembler, "Acme", ZERO_HASH);
    expect([...(await world.ledger.partyOf(address))]).to.deep.equal([
      BigInt(ROLES.assembler),
      true,
    ]);

    expect(await logsOf(world, owner.reinstate(address))).to.deep.equal([
      { name: "PartyReinstated", args: { party: address } },
    ]);
    expect([...(await world.ledger.partyOf(address))]).to.deep.equal([
      BigInt(ROLES.assembler),
      false,
    ]);
  });

  it("lets a reinstated party sign with the key that it had", async () => {
    const party = await admit(world, ROLES.manufacturer);
    await suspend(world, party);
    await reinstate(world, party);
    await commission(party, 1);
  });

  it("transfers ownership in two steps", async () => {
    const [next] = world.spare;
    await world.ledger.connect(world.owner).transferOwnership(next!.address);
    expect(await world.ledger.owner()).to.equal(world.owner.address);
    expect(await world.ledger.pendingOwner()).to.equal(next!.address);
    await world.ledger.connect(next!).acceptOwnership();
    expect(await world.ledger.owner()).to.equal(next!.address);
  });

  it("enrols a key that signed its enrolment, and stores the block", async () => {
    const party = await admit(world, ROLES.distributor);
    const key = newKey(world);
    expect([...(await world.ledger.keyOf(key.address))]).to.deep.equal([ZERO_ADDRESS, 0n, 0n]);

    const digest = keyEnrolmentDigest(world.domain, party.address, key.address);
    const signature = signatureParts(signDigest(digest, key.privateKey));
    const logs = await logsOf(
      world,
      world.ledger.connect(party.account).enrol(key.address, signature),
    );
    expect(logs).to.deep.equal([
      { name: "KeyEnrolled", args: { party: party.address, key: key.address } },
    ]);

    const block = BigInt(await world.connection.ethers.provider.getBlockNumber());
    const [owner, enrolledAt, revokedAt] = await world.ledger.keyOf(key.address);
    expect([owner.toLowerCase(), enrolledAt, revokedAt]).to.deep.equal([party.address, block, 0n]);
  });

  it("accepts any enrolled key of a party until that key is revoked", async () => {
    const party = await admit(world, ROLES.manufacturer);
    const second = await enrol(world, party);
    await commission(party, 1);
    await commission(party, 2, second);

    const { enrolledAt } = await world.ledger.keyOf(party.key.address);
    const logs = await logsOf(world, world.ledger.connect(party.account).revoke(party.key.address));
    expect(logs).to.deep.equal([
      { name: "KeyRevoked", args: { party: party.address, key: party.key.address } },
    ]);
    const block = BigInt(await world.connection.ethers.provider.getBlockNumber());
    const known = await world.ledger.keyOf(party.key.address);
    expect([known.enrolledAt, known.revokedAt]).to.deep.equal([enrolledAt, block]);
    await commission(party, 3, second);
  });

  it("lets a suspended party revoke its keys", async () => {
    const party = await admit(world, ROLES.manufacturer);
    await suspend(world, party);
    await revoke(world, party, party.key);
    expect((await world.ledger.keyOf(party.key.address)).revokedAt).to.not.equal(0n);
  });

  it("has the EIP-712 domain of protocol/", async () => {
    const [, name, version, chainId, verifyingContract] = await world.ledger.eip712Domain();
    expect([name, version]).to.deep.equal(["Reelproof", "1"]);
    expect({ chainId: Number(chainId), ledger: verifyingContract.toLowerCase() }).to.deep.equal(
      world.domain,
    );
    expect(await world.ledger.domainSeparator()).to.equal(domainSeparator(world.domain));
  });
});
