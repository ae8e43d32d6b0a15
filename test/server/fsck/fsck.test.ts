// Tests fsck: it finds no fault in an intact database, and names the violation of each of its numbered checks.
import { expect } from "chai";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalize } from "../../../protocol/base/canonical.ts";
import { ledgerReader } from "../../../protocol/chain/reader.ts";
import { signDigest } from "../../../protocol/base/crypto.ts";
import { ACTIONS, type CustodyEvent, eventDigest } from "../../../protocol/event/event.ts";
import { wordOf } from "../../../protocol/event/lot.ts";
import { type Notice, NOTICE_KINDS, noticeDigest } from "../../../protocol/event/notice.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import type { Context } from "../../../server/context.ts";
import { StoreError } from "../../../server/storage/blobs.ts";
import { type Fault, formatFault, fsck, type FsckContext } from "../../../server/fsck/fsck.ts";
import { FAULTS } from "../../../server/integrity/fault.ts";
import { openSigner } from "../../../server/chain/keystore.ts";
import { NodeError } from "../../../protocol/chain/json-rpc.ts";
import { giveNotice, makeLots, remark } from "../../../server/custody/acts.ts";
import { headOf } from "../../../server/custody/states.ts";
import { followOnce } from "../../../server/settlement/follow.ts";
import { verdictOf } from "../../../server/verdict/verdict.ts";
import { type Life, live } from "../../support/life.ts";
import { prepareVictim, type Victim } from "../../support/tampering.ts";

type ExpectedFault = Partial<Omit<Fault, "message">>;

describe("fsck", () => {
  let life: Life;
  let ctx: Context;
  let victim: Victim;
  /** Codes of the faults found so far: the last test expects every code. */
  const seen = new Set<string>();

  before(async () => {
    life = await live();
    ctx = life.service.ctx;
  });
  after(() => life.close());

  it("finds no fault in a service at rest, or in another that only follows it", async () => {
    const { checked, faults, unlisted } = await fsck(ctx);
    expect({ faults: faults.map(formatFault), unlisted }).to.deep.equal({
      faults: [],
      unlisted: 0,
    });
    expect(checked).to.deep.equal({
      events: await ctx.prisma.event.count(),
      entries: await ctx.prisma.entry.count(),
      notices: await ctx.prisma.notice.count(),
      settlements: await ctx.prisma.settlement.count(),
      attempts: await ctx.prisma.attempt.count(),
      blocks: await ctx.prisma.block.count(),
      logs: checked.logs,
      parties: await ctx.prisma.party.count(),
      keys: await ctx.prisma.key.count(),
      lots: await ctx.prisma.lot.count(),
      interests: await ctx.prisma.interest.count(),
      storedKeys: await ctx.prisma.storedKey.count(),
      documents: await ctx.prisma.document.count(),
      statements: await ctx.prisma.statement.count(),
      leaves: await ctx.prisma.leaf.count(),
      unlogged: await ctx.prisma.unlogged.count(),
      checkpoints: await ctx.prisma.checkpoint.count(),
      anchorings: await ctx.prisma.anchoring.count(),
      foreignLeaves: await ctx.prisma.foreignLeaf.count(),
    });
    expect(checked.logs).to.be.greaterThan(checked.events);
    expect((await fsck(life.other.ctx)).faults.map(formatFault)).to.deep.equal([]);
  });

  it("is tested on a database with every action, settlement state and kind of notice", async () => {
    const actions = await ctx.prisma.event.findMany({
      distinct: ["action"],
      select: { action: true },
    });
    expect(actions.map(({ action }) => action)).to.have.members(Object.values(ACTIONS));
    const states = await ctx.prisma.settlement.findMany({
      distinct: ["state"],
      select: { state: true },
    });
    expect(states.map(({ state }) => state)).to.have.members([
      "queued",
      "signed",
      "final",
      "held",
      "void",
      "logged",
    ]);
    expect(await ctx.prisma.notice.findMany({ distinct: ["kind"] })).to.have.length(4);
  });

  describe("after an alteration", () => {
    before(async () => {
      victim = await prepareVictim(life.service.database.pool);
    });

    const changed = new Set<string>();
    afterEach(async () => {
      for (const table of changed) await victim.restore(table);
      changed.clear();
    });
    after(async () => {
      const left = (await fsck(ctx)).faults.map(formatFault);
      expect(left, "faults after the tables were restored").to.deep.equal([]);
    });

    /** Changes a table with SQL. It is restored after the test. */
    async function change(table: string, sql: string, ...values: unknown[]): Promise<void> {
      changed.add(table);
      const { rowCount } = await victim.pool.query(sql, values);
      expect(rowCount, "rows changed").to.be.greaterThan(0);
    }

    /** Expects for each wanted entry a fault with at least its members. */
    async function expectFaults(
      wanted: ExpectedFault[],
      more: Partial<FsckContext> = {},
    ): Promise<Fault[]> {
      const { faults } = await fsck({ ...ctx, ...more });
      for (const one of wanted) {
        const isFound = faults.some((fault) =>
          Object.entries(one).every(([name, value]) => fault[name as keyof Fault] === value),
        );
        expect(
          isFound,
          `${JSON.stringify(one)} in\n${faults.map(formatFault).join("\n")}`,
        ).to.equal(true);
      }
      for (const { code } of faults) seen.add(code);
      return faults;
    }

    const settlementOf = (name: string) =>
      ctx.prisma.settlement.findUniqueOrThrow({ where: { id: life.events[name]! } });
    const entryOf = (name: string) =>
      ctx.prisma.entry.findFirstOrThrow({ where: { event: life.events[name]! } });

    it("check 1: names a missing, extra or altered ledger row", async () => {
      await change("ledger", `DELETE FROM ledger`);
      await expectFaults([{ code: "LEDGER_MISSING", table: "ledger" }]);
      await victim.restore("ledger");
      await change(
        "ledger",
        `INSERT INTO ledger SELECT 2, chain_id, address, genesis, deployed_block FROM ledger`,
      );
      await expectFaults([{ code: "LEDGER_EXTRA", row: "2" }]);
      await change(
        "ledger",
        `UPDATE ledger SET chain_id = 1, genesis = $1, deployed_block = 2`,
        ZERO_HASH,
      );
      const columns = ["chain_id", "genesis", "deployed_block"];
      await expectFaults(columns.map((column) => ({ code: "LEDGER_DIFFERS", column })));
    });

    it("checks 2, 3: names an altered or missing block", async () => {
      const { block } = await settlementOf("ship");
      await change("block", `UPDATE block SET hash = $1 WHERE number = $2`, ZERO_HASH, block);
      await expectFaults([
        { code: "BLOCK_NOT_ON_CHAIN", row: String(block), column: "hash", found: ZERO_HASH },
      ]);
      await victim.restore("block");
      await change("block", `UPDATE block SET time = time + 1 WHERE number = $1`, block);
      await expectFaults([{ code: "BLOCK_DIFFERS", row: String(block), column: "time" }]);
      await change("block", `DELETE FROM block WHERE number = $1`, block);
      await expectFaults([{ code: "BLOCK_MISSING", row: String(block) }]);
    });

    it("check 4: names a recorded event that the database lacks or has with other values", async () => {
      const hash = life.events["ship"]!;
      await change("event", `DELETE FROM event WHERE hash = $1`, hash);
      await expectFaults([{ code: "RECORDED_MISSING", table: "event", row: hash }]);
      await victim.restore("event");
      await change("settlement", `DELETE FROM settlement WHERE id = $1`, hash);
      await expectFaults([{ code: "SETTLEMENT_MISSING", table: "settlement", row: hash }]);
      await victim.restore("settlement");
      const { block } = await settlementOf("ship");
      await change("settlement", `UPDATE settlement SET block = 1 WHERE id = $1`, hash);
      await expectFaults([
        { code: "RECORD_DIFFERS", row: hash, column: "block", expected: block!, found: 1 },
      ]);
    });

    it("check 4: names an event marked as recorded that the ledger never recorded", async () => {
      const { block, blockHash, transaction } = await settlementOf("ship");
      const hash = life.events["queued last"]!;
      await change(
        "settlement",
        `UPDATE settlement SET state = 'final', block = $2, block_hash = $3, transaction = $4, log_index = 99 WHERE id = $1`,
        hash,
        block,
        blockHash,
        transaction,
      );
      await expectFaults([
        { code: "RECORD_NOT_ON_CHAIN", row: hash },
        { code: "WORD_DIFFERS", row: life.lots["W2"]! },
      ]);
    });

    it("check 5: names an event marked final before its block is final", async () => {
      const faults = await expectFaults(
        [
          {
            code: "SETTLEMENT_STATE",
            row: life.events["rival"]!,
            column: "state",
            expected: "mined",
            found: "final",
          },
        ],
        { finality: 3 },
      );
      expect(faults.some(({ row }) => row === life.events["ship"])).to.equal(false);
    });

    it("checks 6, 7: names altered, missing and extra registrations, parties and keys", async () => {
      const party = life.service.parties.maker.address;
      await change(
        "registration",
        `UPDATE registration SET name = 'PartySuspended' WHERE name = 'PartyReinstated'`,
      );
      await expectFaults([
        { code: "REGISTRATION_DIFFERS", column: "name", expected: "PartyReinstated" },
      ]);
      await victim.restore("registration");
      await change(
        "registration",
        `UPDATE registration SET log_index = 7 WHERE name = 'KeyRevoked'`,
      );
      await expectFaults([{ code: "REGISTRATION_MISSING" }, { code: "REGISTRATION_EXTRA" }]);
      await change("party", `UPDATE party SET roles = 15 WHERE address = $1`, party);
      await change("key", `UPDATE key SET revoked_at = NULL WHERE revoked_at IS NOT NULL`);
      await expectFaults([
        { code: "PARTY_DIFFERS", row: party, column: "roles", expected: 1, found: 15 },
        { code: "KEY_DIFFERS", column: "revoked_at", found: null },
      ]);
      await change(
        "party",
        `UPDATE party SET address = $2 WHERE address = $1`,
        party,
        ZERO_ADDRESS,
      );
      await change("key", `UPDATE key SET address = $2 WHERE party = $1`, party, ZERO_ADDRESS);
      await expectFaults([
        { code: "PARTY_MISSING", row: party },
        { code: "PARTY_EXTRA", row: ZERO_ADDRESS },
        { code: "KEY_MISSING" },
        { code: "KEY_EXTRA", row: ZERO_ADDRESS },
      ]);
    });

    it("check 8: names the altered field of signed bytes with its original value", async () => {
      const row = life.events["receive"]!;
      const set = `UPDATE event SET bytes = replace(bytes, '"quantity":990', '"quantity":1000') WHERE hash = $1`;
      await change("event", set, row);
      const index = (
        await ctx.prisma.entry.findFirstOrThrow({ where: { event: row, quantity: 990n } })
      ).index;
      const field = `entries.${index}.quantity`;
      await expectFaults([
        { code: "HASH_DIFFERS", row, column: "bytes", field, expected: 990, found: 1000 },
      ]);
      const { findings } = await verdictOf(ctx, life.lots["L2"]!);
      expect(
        findings.some((one) => one.event === row && one.field === field && one.expected === 990),
      ).to.equal(true);
      await change("event", `UPDATE event SET bytes = bytes || ' ' WHERE hash = $1`, row);
      await expectFaults([{ code: "BYTES_MALFORMED", row, found: "NON_CANONICAL" }]);
    });

    it("check 8: names an event whose hash does not match its bytes", async () => {
      for (const table of ["event", "entry"])
        await change(
          table,
          `UPDATE ${table} SET ${table === "event" ? "hash" : "event"} = $2 WHERE ${table === "event" ? "hash" : "event"} = $1`,
          life.events["scrap"]!,
          ZERO_HASH,
        );
      await change(
        "settlement",
        `UPDATE settlement SET id = $2, event = $2 WHERE id = $1`,
        life.events["scrap"]!,
        ZERO_HASH,
      );
      await expectFaults([{ code: "HASH_DIFFERS", table: "event", row: ZERO_HASH }]);
    });

    it("check 9: names a column that differs from the signed bytes", async () => {
      const row = life.events["ship"]!;
      await change(
        "event",
        `UPDATE event SET consignee = $2 WHERE hash = $1`,
        row,
        life.service.parties.lab.address,
      );
      const expected = life.service.parties.distributor.address;
      await expectFaults([
        { code: "COPY_DIFFERS", table: "event", row, column: "consignee", expected },
      ]);
    });

    it("check 10: names a malformed, missing, foreign or revoked signature", async () => {
      const row = life.events["cancel"]!; // the maker signed it after its first key was revoked
      const set = `UPDATE event SET signature = $2 WHERE hash = $1`;
      const { signature } = await ctx.prisma.event.findUniqueOrThrow({ where: { hash: row } });
      await change("event", set, row, `${signature!.slice(0, -2)}1d`);
      await expectFaults([{ code: "SIGNATURE_MALFORMED", row }]);
      await change("event", set, row, null);
      await expectFaults([{ code: "SIGNATURE_MISSING", row }]);
      const sign = await openSigner(ctx.prisma, ctx.keystore, life.service.parties.lab.address);
      await change("event", set, row, sign(row));
      await expectFaults([
        { code: "SIGNATURE_NOT_OF_PARTY", row },
        { code: "SIGNATURE_NOT_AS_SENT", row },
      ]);
      const { address: revoked } = await ctx.prisma.key.findFirstOrThrow({
        where: { revokedAt: { not: null } },
      });
      const { sealed } = await ctx.prisma.storedKey.findUniqueOrThrow({
        where: { address: revoked },
      });
      await change("event", set, row, signDigest(row, ctx.keystore.open(revoked, sealed)));
      await expectFaults([{ code: "SIGNATURE_BY_REVOKED_KEY", row, found: revoked }]);
    });

    it("check 10: names a missing signature with the one that the chain has", async () => {
      const row = life.events["foreign"]!;
      const { signature } = await ctx.prisma.event.findUniqueOrThrow({ where: { hash: row } });
      await change("event", `UPDATE event SET signature = NULL WHERE hash = $1`, row);
      await expectFaults([{ code: "SIGNATURE_MISSING", row, expected: signature! }]);
    });

    it("check 11: names altered, missing and extra entries", async () => {
      const { event, lot, word } = await entryOf("ship to refuse");
      const row = `${event}/${lot}`;
      await change("entry", `UPDATE entry SET held = true WHERE event = $1`, event);
      await expectFaults([
        { code: "ENTRY_DIFFERS", row, column: "held", expected: false, found: true },
      ]);
      await victim.restore("entry");
      await change("entry", `DELETE FROM entry WHERE event = $1`, event);
      await expectFaults([
        { code: "ENTRY_MISSING", row },
        { code: "PREDECESSOR_MISSING", found: word },
      ]);
      await victim.restore("entry");
      await change("entry", `UPDATE entry SET lot = $2 WHERE event = $1`, event, life.lots["L5"]!);
      await expectFaults([
        { code: "ENTRY_MISSING", row },
        { code: "ENTRY_EXTRA", row: `${event}/${life.lots["L5"]!}` },
      ]);
    });

    it("check 11: names a signed event that breaks a rule", async () => {
      const id = life.lots["L2"]!;
      const lot = await ctx.prisma.lot.findUniqueOrThrow({ where: { id } });
      const { lastEvent, holder, consignee, held } = lot;
      const previous = wordOf({
        lastEvent,
        holder,
        consignee,
        held,
        quantity: Number(lot.quantity),
      });
      const event: CustodyEvent = {
        action: ACTIONS.scrap,
        actor: holder,
        holder,
        consignee: ZERO_ADDRESS,
        time: ctx.clock(),
        details: ZERO_HASH,
        entries: [{ lot: id, previous, quantity: 2000 }],
      };
      const hash = eventDigest(ctx.domain, event);
      const { action, actor, time } = event;
      const signature = (await openSigner(ctx.prisma, ctx.keystore, holder))(hash);
      for (const table of ["event", "entry", "settlement"]) changed.add(table);
      await ctx.prisma.event.create({
        data: {
          hash,
          bytes: canonicalize(event),
          signature,
          action,
          actor,
          holder,
          consignee: ZERO_ADDRESS,
          time,
        },
      });
      const word = wordOf({
        lastEvent: hash,
        holder,
        consignee: ZERO_ADDRESS,
        quantity: 2000,
        held,
      });
      await ctx.prisma.entry.create({
        data: { event: hash, lot: id, index: 0, previous, quantity: 2000, held, word },
      });
      await ctx.prisma.settlement.create({ data: { id: hash, event: hash, party: actor } });
      const faults = await expectFaults([{ code: "RULE_BROKEN", table: "event", row: hash }]);
      expect(faults.find(({ code }) => code === "RULE_BROKEN")!.found).to.include(
        "QuantityNotAllowed",
      );
    });

    it("check 12: names altered, malformed, missing and unsigned details", async () => {
      const row = life.events["ship"]!;
      const set = (column: string) => `UPDATE event SET ${column} = $2 WHERE hash = $1`;
      const { details } = await ctx.prisma.event.findUniqueOrThrow({ where: { hash: row } });
      await change("event", set("details"), row, details!.replace("Brightline", "Nightline"));
      await expectFaults([{ code: "DETAILS_DIFFER", table: "event", row, column: "details" }]);
      await change("event", set("details"), row, '{"carrier":7}');
      await expectFaults([{ code: "DETAILS_MALFORMED", row, column: "details", field: "carrier" }]);
      await change("event", set("details"), row, null);
      await expectFaults([{ code: "DETAILS_MISSING", row, column: "details" }]);
      await victim.restore("event");
      await change("event", set("disclosure"), row, '{"open":[],"withheld":[]}');
      await expectFaults([{ code: "DETAILS_TWICE", row, column: "disclosure" }]);
      await victim.restore("event");
      await change("event", set("restricted"), row, '{"carrier":"public"}');
      await expectFaults([{ code: "RESTRICTED_MALFORMED", row, column: "restricted" }]);
      await victim.restore("event");
      await change("event", set("secret"), life.events["release"]!, ZERO_HASH);
      await expectFaults([
        { code: "DETAILS_UNSIGNED", row: life.events["release"]!, column: "secret" },
      ]);
      await change(
        "notice",
        `UPDATE notice SET secret = $2 WHERE digest = $1`,
        life.events["recall"]!,
        ZERO_HASH,
      );
      await expectFaults([
        { code: "DETAILS_DIFFER", table: "notice", row: life.events["recall"]! },
      ]);
    });

    it("check 12: names an altered disclosure from another service", async () => {
      const row = life.events["foreign"]!;
      await change(
        "event",
        `UPDATE event SET disclosure = $2 WHERE hash = $1`,
        row,
        '{"open":[],"withheld":[]}',
      );
      await expectFaults([{ code: "DETAILS_DIFFER", row, column: "disclosure", found: ZERO_HASH }]);
    });

    it("check 13: names settlements and events or notices that do not belong together", async () => {
      const id = life.events["queued"]!;
      await change("settlement", `UPDATE settlement SET notice = event WHERE id = $1`, id);
      await expectFaults([{ code: "SETTLEMENT_EXTRA", row: id, column: "notice" }]);
      await change(
        "settlement",
        `UPDATE settlement SET notice = NULL, event = NULL WHERE id = $1`,
        id,
      );
      await expectFaults([
        { code: "SETTLEMENT_EXTRA", row: id },
        { code: "SETTLEMENT_MISSING", row: id },
      ]);
      await victim.restore("settlement");
      await change("notice", `DELETE FROM notice WHERE digest = $1`, life.events["queued notice"]!);
      await expectFaults([
        { code: "EVIDENCE_MISSING", table: "notice", row: life.events["queued notice"]! },
      ]);
      await change("settlement", `UPDATE settlement SET state = 'signed' WHERE id = $1`, id);
      await expectFaults([
        { code: "SETTLEMENT_STATE", row: id, column: "state", expected: "queued" },
      ]);
    });

    it("check 14: names a row whose sequence number was not assigned yet", async () => {
      for (const table of ["event", "notice", "settlement"]) {
        await change(table, `UPDATE ${table} SET sequence = sequence + 1000`);
        await expectFaults([
          { code: "SEQUENCE_AHEAD", table, column: "sequence" } as ExpectedFault,
        ]);
      }
    });

    it("check 15: names an unfounded reason of a held or void settlement", async () => {
      const set = `UPDATE settlement SET reason = $2::jsonb WHERE id = $1`;
      for (const reason of [
        { name: "PartyIsSuspended", args: [life.service.parties.maker.address] },
        { name: "TransactionFailed", args: [ZERO_HASH] },
        { name: "PredecessorHeld", args: [life.events["ship"]!] },
        { name: "StateBeforeUnknown", args: [1] },
        { name: "SignatureUnknown", args: [1] },
        { no: "reason" },
      ]) {
        await change("settlement", set, life.events["held"]!, JSON.stringify(reason));
        await expectFaults([
          { code: "REASON_UNFOUNDED", row: life.events["held"]!, column: "reason" },
        ]);
      }
      for (const name of ["StateBeforeUnknown", "SignatureUnknown"]) {
        await change("settlement", set, life.events["held"]!, JSON.stringify({ name, args: [] }));
        await expectFaults([]);
      }
      const rival = { name: "Rival", args: [life.events["ship"]!], blockHash: ZERO_HASH };
      await change("settlement", set, life.events["void"]!, JSON.stringify(rival));
      await expectFaults([
        { code: "REASON_UNFOUNDED", row: life.events["void"]!, column: "reason" },
      ]);
      await victim.restore("settlement");
      const { reason } = await settlementOf("void");
      const row = life.events["queued last"]!;
      await change(
        "settlement",
        `UPDATE settlement SET state = 'void', reason = $2::jsonb WHERE id = $1`,
        row,
        JSON.stringify(reason),
      );
      await change("entry", `UPDATE entry SET live = false WHERE event = $1`, row);
      await expectFaults([{ code: "REASON_UNFOUNDED", row, column: "state" }]);
    });

    it("check 16: names an event queued before its predecessor", async () => {
      const [first, second] = [await settlementOf("signed"), await settlementOf("queued")];
      const set = `UPDATE settlement SET sequence = CASE id WHEN $1 THEN $4::bigint ELSE $3::bigint END WHERE id IN ($1, $2)`;
      await change("settlement", set, first.id, second.id, first.sequence, second.sequence);
      await expectFaults([{ code: "OUT_OF_ORDER", row: second.id, column: "sequence" }]);
    });

    it("check 17: names altered, missing and wrongly closed attempts, and wrong settlements in them", async () => {
      const [open] = await ctx.prisma.attempt.findMany({ where: { closedAt: null } });
      const { hash, raw, sender } = open!;
      const set = (column: string) => `UPDATE attempt SET ${column} = $2 WHERE hash = $1`;
      await change("attempt", set("raw"), hash, `${raw.slice(0, -1)}${raw.endsWith("0") ? 1 : 0}`);
      await expectFaults([{ code: "ATTEMPT_DIFFERS", row: hash, column: "raw" }]);
      await change("attempt", set("raw"), hash, "0x02");
      await expectFaults([{ code: "ATTEMPT_MALFORMED", row: hash }]);
      await victim.restore("attempt");
      await change("attempt", set("nonce"), hash, 99);
      await expectFaults([{ code: "ATTEMPT_DIFFERS", row: hash, column: "nonce", found: 99 }]);
      await victim.restore("attempt");
      await change("attempt", set("closed_at"), hash, new Date());
      await expectFaults([{ code: "ATTEMPT_CLOSED", row: hash, column: "closed_at" }]);
      await change("attempt", `DELETE FROM attempt WHERE hash = $1`, hash);
      await expectFaults([{ code: "ATTEMPT_MISSING", row: hash }]);
      await victim.restore("attempt");
      const [digest, other] = [life.events["signed"]!, life.events["queued last"]!];
      await change(
        "carried",
        `UPDATE carried SET settlement = $2 WHERE settlement = $1`,
        digest,
        other,
      );
      await expectFaults([
        { code: "CARRIED_MISSING", row: `${hash}/${digest}` },
        { code: "CARRIED_EXTRA", row: `${hash}/${other}` },
      ]);
      await change("sender", `DELETE FROM sender`);
      await expectFaults([{ code: "SENDER_MISSING", row: sender }]);
    });

    it("check 18: names two live events over one word, and a live event after a void one", async () => {
      const set = `UPDATE entry SET live = true WHERE event = $1`;
      const { event, lot } = await entryOf("void");
      await change("entry", set, event);
      await expectFaults([{ code: "FORK", row: `${event}/${lot}` }]);
      await victim.restore("entry");
      const after = await entryOf("void after");
      await change("entry", set, after.event);
      await expectFaults([{ code: "LIVE_AFTER_VOID", row: `${after.event}/${after.lot}` }]);
    });

    it("checks 19, 20: names altered, missing and extra lots and interests", async () => {
      const row = life.lots["C1"]!;
      await change("lot", `UPDATE lot SET mpn = 'OTHER' WHERE id = $1`, row);
      await expectFaults([
        { code: "LOT_DIFFERS", row, column: "mpn", expected: "NG74LVC1G08-Q", found: "OTHER" },
      ]);
      await victim.restore("lot");
      const parent = life.lots["L1"]!;
      await change("lot", `UPDATE lot SET mpn = 'OTHER', corrected = false WHERE id = $1`, parent);
      await expectFaults([
        { code: "LOT_DIFFERS", row: parent, column: "mpn" },
        { code: "LOT_DIFFERS", row: parent, column: "corrected", expected: true, found: false },
      ]);
      await victim.restore("lot");
      await change("lot", `DELETE FROM lot WHERE id = $1`, row);
      await expectFaults([{ code: "LOT_MISSING", row }]);
      await change("lot", `UPDATE lot SET id = $2 WHERE id = $1`, life.lots["L5"]!, ZERO_HASH);
      await expectFaults([{ code: "LOT_EXTRA", row: ZERO_HASH }]);
      await victim.restore("lot");
      const { maker, lab } = life.service.parties;
      await change(
        "interest",
        `UPDATE interest SET party = $3 WHERE lot = $1 AND party = $2`,
        life.lots["L1"]!,
        maker.address,
        lab.address,
      );
      await expectFaults([
        { code: "INTEREST_MISSING", row: `${life.lots["L1"]!}/${maker.address}` },
        { code: "INTEREST_EXTRA", row: `${life.lots["L1"]!}/${lab.address}` },
      ]);
      await victim.restore("interest");
      // A reader whose handover is altered would see a lot's later life.
      const one = await life.service.ctx.prisma.interest.findFirstOrThrow({
        where: { until: { not: null } },
      });
      await change(
        "interest",
        `UPDATE interest SET until = NULL WHERE lot = $1 AND party = $2`,
        one.lot,
        one.party,
      );
      await expectFaults([
        { code: "COPY_DIFFERS", row: `${one.lot}/${one.party}`, column: "until" },
      ]);
    });

    it("checks 21, 22: names an event and a notice deleted with all their rows", async () => {
      const { event, lot } = await entryOf("scrap");
      await change("event", `DELETE FROM event WHERE hash = $1`, event);
      await change("entry", `DELETE FROM entry WHERE event = $1`, event);
      await change(
        "settlement",
        `DELETE FROM settlement WHERE id IN ($1, $2)`,
        event,
        life.events["withdrawal"]!,
      );
      await change("notice", `DELETE FROM notice WHERE digest = $1`, life.events["withdrawal"]!);
      await expectFaults([
        { code: "RECORDED_MISSING", table: "event", row: event },
        { code: "RECORDED_MISSING", table: "notice", row: life.events["withdrawal"]! },
        { code: "NOTICE_WORD_DIFFERS", row: life.lots["L1"]! },
      ]);
      expect((await verdictOf(ctx, lot)).verdict).to.equal("FAIL");
    });

    it("check 23: names an unreadable stored key, and one of another party", async () => {
      const { address, sealed } = await ctx.prisma.storedKey.findFirstOrThrow({
        where: { purpose: "signing" },
      });
      const altered = Buffer.from(sealed, "base64");
      altered[20]! ^= 1;
      await change(
        "stored_key",
        `UPDATE stored_key SET sealed = $2 WHERE address = $1`,
        address,
        altered.toString("base64"),
      );
      await expectFaults([{ code: "STORED_KEY_UNREADABLE", row: address }]);
      await victim.restore("stored_key");
      const { ems } = life.service.parties;
      const set = `UPDATE stored_key SET party = $2 WHERE address = $1 AND party <> $2`;
      const other = await ctx.prisma.storedKey.findFirstOrThrow({
        where: { purpose: "signing", party: { not: ems.address } },
      });
      await change("stored_key", set, other.address, ems.address);
      await expectFaults([
        {
          code: "STORED_KEY_NOT_OF_PARTY",
          row: other.address,
          column: "party",
          found: ems.address,
        },
      ]);
    });

    it("check 24: names an event and a notice that lost their time of acceptance", async () => {
      await change(
        "event",
        `UPDATE event SET accepted_at = NULL WHERE hash = $1`,
        life.events["assemble"]!,
      );
      await change(
        "notice",
        `UPDATE notice SET accepted_at = NULL WHERE digest = $1`,
        life.events["withdrawal"]!,
      );
      await expectFaults([
        { code: "ACCEPTANCE_MISSING", table: "event", row: life.events["assemble"]! },
        { code: "ACCEPTANCE_MISSING", table: "notice", row: life.events["withdrawal"]! },
      ]);
    });

    it("check 25: names altered, missing and malformed documents", async () => {
      const maker = life.service.parties.maker.address;
      const { hash, size } = await ctx.prisma.document.findFirstOrThrow({
        where: { owner: maker },
      });
      const row = `${hash}/${maker}`;
      const file = join(life.service.folder, "documents", hash.slice(2, 4), hash.slice(2));
      const bytes = await readFile(file);
      try {
        await writeFile(file, bytes.toString().replace("maker", "faker"));
        await expectFaults([{ code: "DOCUMENT_ALTERED", table: "document", row, column: "hash" }]);
        await rm(file);
        await expectFaults([{ code: "DOCUMENT_MISSING", table: "document", row, column: "hash" }]);
      } finally {
        await writeFile(file, bytes);
      }
      const set = (what: string, value: unknown) =>
        change("document", `UPDATE document SET ${what} = $2 WHERE hash = $1`, hash, value);
      await set("size", size + 1);
      await set("media_type", "application/pdf");
      await expectFaults([
        { code: "DOCUMENT_DIFFERS", row, column: "size", expected: size, found: size + 1 },
        { code: "DOCUMENT_DIFFERS", row, column: "media_type", found: "application/pdf" },
      ]);
      await victim.restore("document");
      const wrong = {
        media_type: "text/html",
        kind: "proof",
        name: "../x",
        issuer: " x",
        issued_on: "2026-02-30",
        claims: '{"price":1}',
      };
      for (const [column, value] of Object.entries(wrong)) {
        await set(column, value);
        await expectFaults([{ code: "DOCUMENT_MALFORMED", row, column, found: value }]);
      }
      await victim.restore("document");
      await set("owner", life.lots["L1"]!.slice(0, 40) + "00");
      await expectFaults([{ code: "DOCUMENT_OF_NOBODY", column: "owner" }]);
    });

    it("check 26: names altered and missing statements", async () => {
      const rows = await ctx.prisma.statement.findMany({ orderBy: { kind: "asc" } });
      const [authorisation, alert] = rows.map(({ digest }) => digest) as [string, string, string];
      const set = (row: string, what: string, value: unknown) =>
        change("statement", `UPDATE statement SET ${what} = $2 WHERE digest = $1`, row, value);
      await set(authorisation, "content", rows[0]!.content!.replace("2026-12-31", "2027-12-31"));
      await expectFaults([
        { code: "CONTENT_DIFFERS", table: "statement", row: authorisation, column: "content" },
      ]);
      await victim.restore("statement");
      await set(alert, "mpn", "OTHER");
      await expectFaults([{ code: "COPY_DIFFERS", row: alert, column: "mpn", found: "OTHER" }]);
      await victim.restore("statement");
      await set(alert, "bytes", rows[1]!.bytes.replace('"kind":2', '"kind":1'));
      await expectFaults([{ code: "HASH_DIFFERS", row: alert, column: "bytes" }]);
      await victim.restore("statement");
      await set(alert, "signature", rows[0]!.signature);
      await expectFaults([{ code: "SIGNATURE_NOT_OF_PARTY", row: alert, column: "signature" }]);
      await victim.restore("statement");
      await change("statement", "DELETE FROM statement WHERE digest = $1", alert);
      await expectFaults([{ code: "STATEMENT_MISSING", row: alert }]);
    });

    it("reports a silent document store once", async () => {
      const get = (hash: string) =>
        Promise.reject(new StoreError("STORE_UNREACHABLE", hash, "down"));
      const faults = await expectFaults([], { documents: { ...ctx.documents, get } });
      expect(faults.map(({ code }) => code)).to.deep.equal(["STORE_UNREACHABLE"]);
    });

    it("check 13: names a notice that the ledger would refuse", async () => {
      const lab = life.service.parties.lab.address;
      const sign = await openSigner(ctx.prisma, ctx.keystore, lab);
      for (const table of ["notice", "settlement"]) changed.add(table);
      const forge = async (more: Partial<Notice>) => {
        const notice: Notice = {
          lot: life.lots["L1"]!,
          kind: NOTICE_KINDS.recall,
          issuer: lab,
          time: ctx.clock(),
          withdraws: ZERO_HASH,
          details: ZERO_HASH,
          ...more,
        };
        const digest = noticeDigest(ctx.domain, notice);
        const { details: _details, ...columns } = notice;
        await ctx.prisma.notice.create({
          data: { ...columns, digest, bytes: canonicalize(notice), signature: sign(digest) },
        });
        await ctx.prisma.settlement.create({
          data: { id: digest, notice: digest, party: columns.issuer },
        });
        return digest;
      };
      const recall = await forge({});
      const withdrawal = await forge({
        kind: NOTICE_KINDS.withdrawal,
        withdraws: life.events["recall"]!,
      });
      await expectFaults([
        { code: "NOTICE_UNFOUNDED", row: recall, field: "issuer" },
        { code: "NOTICE_UNFOUNDED", row: withdrawal, field: "withdraws" },
      ]);
    });

    it("reports an unreachable node once, and still finds faults without it", async () => {
      const request: Context["request"] = () =>
        Promise.reject(Object.assign(new Error("down"), { code: -32000 }));
      const dead = { request, reader: ledgerReader({ request, ...ctx.domain }) };
      await change("lot", `UPDATE lot SET mpn = 'OTHER' WHERE id = $1`, life.lots["C1"]!);
      const faults = await expectFaults(
        [{ code: "NODE_UNREACHABLE" }, { code: "LOT_DIFFERS", column: "mpn" }],
        dead,
      );
      expect(faults.filter(({ code }) => code.startsWith("NODE_"))).to.have.length(1);
    });

    it("reports a node that stops answering during the check", async () => {
      for (const silent of ["eth_getLogs", "eth_call", "eth_getCode"]) {
        const request: Context["request"] = (method, params) =>
          method === silent ? Promise.reject(new Error("cut")) : ctx.request(method, params);
        const faults = await expectFaults([], {
          request,
          reader: ledgerReader({ request, ...ctx.domain }),
        });
        expect(
          faults.map(({ code }) => code),
          silent,
        ).to.deep.equal(["NODE_UNREACHABLE"]);
      }
    });

    it("reports a node on another chain", async () => {
      const request: Context["request"] = async (method, params) =>
        method === "eth_chainId" ? "0x1" : ctx.request(method, params);
      const faults = await expectFaults([], {
        request,
        reader: ledgerReader({ request, ...ctx.domain }),
      });
      expect(faults.map(({ code }) => code)).to.deep.equal(["NODE_INCONSISTENT"]);
    });

    it("check 27: names an accepted event that is missing from the log or in it twice", async () => {
      const [first, second, third] = await ctx.prisma.leaf.findMany({
        orderBy: { index: "asc" },
        take: 3,
      });
      const last = (await ctx.prisma.leaf.count()) - 1;
      const { sequence, event } = await ctx.prisma.unlogged.findFirstOrThrow({
        orderBy: { sequence: "asc" },
      });
      await change("unlogged", `DELETE FROM unlogged WHERE event = $1`, event);
      await expectFaults([
        { code: "UNLOGGED_MISSING", table: "unlogged", row: String(sequence), expected: event },
      ]);
      await victim.restore("unlogged");
      await change(
        "unlogged",
        `UPDATE unlogged SET event = $1 WHERE event = $2`,
        first!.event,
        event,
      );
      await expectFaults([{ code: "UNLOGGED_EXTRA", row: String(sequence), found: first!.event }]);
      await victim.restore("unlogged");
      await change(
        "unlogged",
        `UPDATE unlogged SET sequence = sequence + 500 WHERE event = $1`,
        event,
      );
      await expectFaults([
        { code: "UNLOGGED_DIFFERS", column: "sequence", expected: Number(sequence) },
      ]);
      await victim.restore("unlogged");

      for (const index of [0, 1, last]) {
        await change("leaf", `DELETE FROM leaf WHERE index = $1`, index);
        const faults = await expectFaults([{ code: "LEAF_MISSING", row: String(index) }]);
        expect(faults).to.have.length(1);
        await victim.restore("leaf");
      }
      await change("leaf", `INSERT INTO leaf VALUES ($1, $2)`, last + 1, first!.event);
      expect(await expectFaults([{ code: "LEAF_EXTRA", row: String(last + 1) }])).to.have.length(1);
      await victim.restore("leaf");
      await change("leaf", `UPDATE leaf SET event = $1 WHERE index = 1`, ZERO_HASH);
      expect(
        await expectFaults([{ code: "LEAF_DIFFERS", row: "1", expected: second!.event }]),
      ).to.have.length(1);
      await victim.restore("leaf");
      await change("leaf", `UPDATE leaf SET index = 3 - index WHERE index IN (1, 2)`);
      const swapped = await expectFaults([
        { code: "LEAF_DIFFERS", row: "1", expected: second!.event, found: third!.event },
        { code: "LEAF_DIFFERS", row: "2", expected: third!.event, found: second!.event },
      ]);
      expect(swapped).to.have.length(2);
    });

    it("checks 28, 29: names altered, missing and extra tiles and checkpoints", async () => {
      await change("tile", `DELETE FROM tile`);
      await expectFaults([{ code: "TILE_MISSING", row: "0/0" }]);
      await victim.restore("tile");
      await change(
        "tile",
        `UPDATE tile SET hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40))`,
      );
      expect(
        await expectFaults([{ code: "TILE_DIFFERS", row: "0/0", column: "hashes" }]),
      ).to.have.length(1);
      await victim.restore("tile");
      await change("tile", `INSERT INTO tile SELECT 1, 0, hashes FROM tile`);
      expect(await expectFaults([{ code: "TILE_EXTRA", row: "1/0" }])).to.have.length(1);
      await victim.restore("tile");
      const { size } = await ctx.prisma.checkpoint.findFirstOrThrow({ orderBy: { size: "asc" } });
      await change(
        "checkpoint",
        `UPDATE checkpoint SET root = $1 WHERE size = $2`,
        ZERO_HASH,
        size,
      );
      await expectFaults([
        { code: "CHECKPOINT_DIFFERS", row: String(size), column: "root", found: ZERO_HASH },
      ]);
      await victim.restore("checkpoint");
      await change("checkpoint", `UPDATE checkpoint SET size = 10000 WHERE size = $1`, size);
      await expectFaults([{ code: "CHECKPOINT_BEYOND", row: "10000" }]);
    });

    it("checks 30, 31: names altered, missing and extra anchorings, and a log that differs from them", async () => {
      const [first, second] = await ctx.prisma.anchoring.findMany({ orderBy: { size: "asc" } });
      await change("anchoring", `DELETE FROM anchoring WHERE size = $1`, first!.size);
      expect(
        await expectFaults([{ code: "ANCHORING_MISSING", row: String(first!.size) }]),
      ).to.have.length(1);
      await victim.restore("anchoring");
      await change("anchoring", `UPDATE anchoring SET size = 500 WHERE size = $1`, second!.size);
      await expectFaults([{ code: "ANCHORING_EXTRA", row: "500" }]);
      await victim.restore("anchoring");
      for (const column of [
        "root",
        "previous_size",
        "block",
        "block_hash",
        "transaction",
        "log_index",
      ]) {
        const value = ["root", "block_hash", "transaction"].includes(column) ? ZERO_HASH : 3;
        await change(
          "anchoring",
          `UPDATE anchoring SET ${column} = $1 WHERE size = $2`,
          value,
          second!.size,
        );
        expect(
          await expectFaults([{ code: "ANCHORING_DIFFERS", column, found: value }]),
        ).to.have.length(1);
        await victim.restore("anchoring");
      }
      const last = (await ctx.prisma.leaf.count()) - 1;
      await change("leaf", `DELETE FROM leaf WHERE index = $1`, last);
      await change("tile", `UPDATE tile SET hashes = substr(hashes, 1, $1)`, last * 32);
      await expectFaults([{ code: "ANCHORED_ELSE", row: String(second!.size), column: "size" }]);
    });

    it("check 17: names an attempt whose stored checkpoint differs from its transaction's", async () => {
      await change(
        "attempt",
        `UPDATE attempt SET checkpoint = checkpoint + 1 WHERE checkpoint IS NOT NULL`,
      );
      await expectFaults([{ code: "ATTEMPT_DIFFERS", column: "checkpoint" }]);
    });

    it("check 28: names the checkpoint when a leaf and its tile were altered together", async () => {
      const { event } = await ctx.prisma.leaf.findUniqueOrThrow({ where: { index: 1 } });
      await change("leaf", `UPDATE leaf SET index = 1 - index WHERE index IN (0, 1)`);
      await change(
        "tile",
        `UPDATE tile SET hashes = substr(hashes, 33, 32) || substr(hashes, 1, 32) || substr(hashes, 65)`,
      );
      expect(await ctx.prisma.leaf.findUniqueOrThrow({ where: { index: 0 } })).to.include({
        event,
      });
      const faults = await expectFaults([{ code: "CHECKPOINT_DIFFERS", column: "root" }]);
      expect(new Set(faults.map(({ code }) => code))).to.deep.equal(
        new Set(["CHECKPOINT_DIFFERS", "ANCHORED_ELSE"]),
      );
    });

    it("lists a thousand faults and counts the rest", async () => {
      const sql = `INSERT INTO interest SELECT $1, '0x' || lpad(to_hex(n), 40, '0'), true FROM generate_series(1, 1100) n`;
      await change("interest", sql, life.lots["L1"]!);
      const { faults, unlisted } = await fsck(ctx);
      expect([faults.length, unlisted]).to.deep.equal([1000, 100]);
    });

    it("check 32: names a log-only event beside a settled one, and a log-only notice", async () => {
      const row = life.events["logged"]!;
      await change("settlement", `UPDATE settlement SET state = 'queued' WHERE id = $1`, row);
      await expectFaults([
        { code: "LOGGED_BESIDE_SETTLED", row, column: "state", found: "queued" },
        {
          code: "LOGGED_BESIDE_SETTLED",
          row: life.events["logged ship"]!,
          column: "state",
          found: "logged",
        },
      ]);
      await victim.restore("settlement");
      const notice = life.events["queued notice"]!;
      await change("settlement", `UPDATE settlement SET state = 'logged' WHERE id = $1`, notice);
      await expectFaults([
        { code: "SETTLEMENT_STATE", row: notice, column: "state", found: "logged" },
      ]);
    });

    it("check 33: names a proof that does not lead to what the other operator's log anchored", async () => {
      const row = life.events["imported"]!;
      const { block } = await ctx.prisma.foreignLeaf.findUniqueOrThrow({ where: { event: row } });
      const wrong = async (sql: string, column: string) => {
        await change("foreign_leaf", `UPDATE foreign_leaf SET ${sql} WHERE event = $1`, row);
        expect(await expectFaults([{ code: "FOREIGN_LEAF_DIFFERS", row, column }])).to.have.length(
          1,
        );
        await victim.restore("foreign_leaf");
      };
      await wrong(`operator = '${ZERO_HASH.slice(0, 42)}'`, "size");
      await wrong("size = size + 1", "size");
      await wrong("index = index + 1", "proof");
      await wrong(`proof = ARRAY['${ZERO_HASH}']`, "proof");
      await wrong("proof = ARRAY['x']", "proof");
      await wrong(`block = ${block + 1}`, "block");
    });

    it("is tested with every fault code", () => {
      expect([...seen]).to.have.members(Object.keys(FAULTS));
    });
  });

  it("writes nothing to the database", async () => {
    // Every row's place and the transaction that wrote it: transaction ids alone count for all databases of a server.
    const { pool } = life.service.database;
    const digest = async () => {
      const { rows: tables } = await pool.query<{ name: string }>(
        "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
      );
      expect(tables.length).to.be.greaterThan(20);
      const rowsOf = async ({ name }: { name: string }) =>
        (await pool.query(`SELECT ctid::text, xmin::text FROM ${name} ORDER BY ctid`)).rows;
      const written: unknown[] = [];
      for (const table of tables) written.push([table.name, await rowsOf(table)]);
      return JSON.stringify(written);
    };
    const before = await digest();
    await fsck(ctx);
    expect(await digest()).to.equal(before);
  });

  it("prints a fault as one line", () => {
    const [table, row, message] = ["event", ZERO_HASH, FAULTS.HASH_DIFFERS] as const;
    const line = formatFault({
      table,
      row,
      column: "bytes",
      field: "time",
      code: "HASH_DIFFERS",
      expected: 1,
      found: 2,
      message,
    });
    expect(line).to.equal(`HASH_DIFFERS event ${row} bytes time: ${message} (expected 1, found 2)`);
    expect(
      formatFault({ table, row, code: "HASH_DIFFERS", found: "x".repeat(500), message }),
    ).to.have.length.lessThan(400);
  });

  describe("while it is behind the chain's newest block", () => {
    /** A life of its own: the other one's tables have lost the constraints that following relies on. */
    let whole: Life;
    before(async () => {
      whole = await live();
    });
    after(() => whole.close());

    it("compares words when the node has no older state", async () => {
      const { other, lots } = whole;
      const { ctx } = whole.service;
      const maker = other.parties.maker.address;
      const F1 = [{ lot: lots["F1"]! }];
      await remark(other.ctx, maker, "hold", { lots: F1 });
      await remark(other.ctx, maker, "release", { lots: F1 });
      await giveNotice(other.ctx, maker, { lot: lots["F1"]!, kind: "suspicion" });
      await makeLots(other.ctx, maker, "commission", { lots: [{ lotNumber: "F2", quantity: 5 }] });
      await other.settle();
      const { hash: newest } = await ctx.reader.head();
      expect((await headOf(ctx.prisma))!.hash).not.to.equal(newest);
      const request: Context["request"] = (method, params) => {
        const where = params?.at(-1) as { blockHash?: string };
        return method === "eth_call" && where.blockHash !== newest
          ? Promise.reject(new NodeError(method, { code: -32602, message: "BlockOutOfRangeError" }))
          : ctx.request(method, params);
      };
      const reader = ledgerReader({ request, ...ctx.domain });
      const { faults } = await fsck({ ...ctx, request, reader });
      expect(faults.map(formatFault)).to.deep.equal([]);
      const { quantity } = await ctx.prisma.entry.findFirstOrThrow({ where: { lot: lots["F1"]! } });
      await ctx.prisma.entry.updateMany({ where: { lot: lots["F1"]! }, data: { quantity: 71 } });
      const altered = await fsck({ ...ctx, request, reader });
      await ctx.prisma.entry.updateMany({ where: { lot: lots["F1"]! }, data: { quantity } });
      expect(altered.faults.map(({ code }) => code)).to.include("WORD_DIFFERS");
      while (await followOnce(ctx));
      expect((await fsck(ctx)).faults.map(formatFault)).to.deep.equal([]);
    });
  });
});
