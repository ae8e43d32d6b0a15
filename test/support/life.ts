// Plays a small but complete life on real parts: every action, notices, and settlements in every
// state, at two services on one chain. It is played once and kept, and tests get copies.
import { readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import { ACTIONS, type CustodyEvent, eventDigest } from "../../protocol/event/event.ts";
import { wordOf } from "../../protocol/event/lot.ts";
import { acceptEvent } from "../../server/custody/accept.ts";
import type { SignedEvent } from "../../server/custody/signed.ts";
import * as acts from "../../server/custody/acts.ts";
import {
  admitParty,
  makeApiKey,
  makeKey,
  reinstateParty,
  revokeApiKey,
  revokeKey,
  suspendParty,
} from "../../server/access/admin.ts";
import { bundleFor } from "../../server/bundles/bundles.ts";
import { addDocument, type Upload } from "../../server/documents/documents.ts";
import { hashOf } from "../../server/storage/blobs.ts";
import { state, withdraw } from "../../server/statements/statements.ts";
import { followOnce } from "../../server/settlement/follow.ts";
import { giveUp } from "../../server/settlement/hold.ts";
import { importBundle } from "../../server/bundles/imports.ts";
import { recorderOf } from "../../server/access/operations.ts";
import { lotRead, makeGrant } from "../../server/access/grants.ts";
import { openSigner } from "../../server/chain/keystore.ts";
import { openLocalChain } from "../../server/chain/local-chain.ts";
import type { Database } from "../../server/storage/db.ts";
import { setPolicy } from "../../server/verdict/policy.ts";
import { relayOnce } from "../../server/settlement/relay.ts";
import { keepInSession } from "../../server/verdict/sessions.ts";
import { keepSighting } from "../../server/verdict/sightings.ts";
import { anchorLog } from "./log-only.ts";
import { emptyDatabase, preparedDatabases } from "./database.ts";
import { copyFolder } from "./prepared.ts";
import {
  beginBeside,
  CHAIN,
  inFolder,
  preparedWorld,
  readWorld,
  serve,
  type TestService,
  type World,
} from "./service.ts";

/** The results, by the names of this story. */
export interface Life {
  service: TestService;
  /** A second company's service on the same chain. */
  other: TestService;
  /** Lots by their numbers. */
  lots: Record<string, string>;
  /** Hashes of some events and notices. */
  events: Record<string, string>;
  close(): Promise<void>;
}

/** Ten years: longer than any copy of the life is kept. */
const GRANTED_SECONDS = 10 * 365 * 24 * 3_600;

const part = (lotNumber: string, quantity: number) => ({
  lotNumber,
  quantity,
  details: {
    manufacturer: "Northgate Semiconductor",
    mpn: "NG74LVC1G08-Q",
    makerLot: "K7T221",
    dateCode: "2631",
    countryOfOrigin: "MY",
    packageId: `PKG-${lotNumber}`,
  },
});

/** What a kept life has beside its databases, its chain and its documents. */
interface Kept extends Pick<Life, "lots" | "events"> {
  worlds: { service: World; other: World };
}

const STORY = "life.json";
const OTHER = "other";
const DOCUMENTS = "documents";

/** Opens a copy of the played life, at the story's end. */
export async function live(): Promise<Life> {
  const bases = [await preparedWorld(), await emptyDatabase()];
  const life = await preparedDatabases("life", bases, ([first, second], folder) =>
    play(first!, second!, folder),
  );
  const { worlds, lots, events } = JSON.parse(
    await readFile(join(life.folder, STORY), "utf8"),
  ) as Kept;
  const [first, second] = await life.open();
  const service = await inFolder(async (folder) => {
    copyFolder(join(life.folder, CHAIN), folder);
    copyDocuments(life.folder, folder);
    const chain = await openLocalChain(folder);
    return { database: first!, chain, world: worlds.service, folder };
  });
  const { chain } = service;
  const other = await inFolder((folder) => {
    copyDocuments(join(life.folder, OTHER), folder);
    return Promise.resolve({
      database: second!,
      chain,
      world: worlds.other,
      folder,
      isBeside: true,
    });
  });
  const close = async () => {
    await other.close();
    await service.close();
  };
  return { service, other, lots, events, close };
}

function copyDocuments(from: string, to: string): void {
  if (existsSync(join(from, DOCUMENTS))) copyFolder(join(from, DOCUMENTS), join(to, DOCUMENTS));
}

/** Plays the story from a new world, and keeps in `folder` what the databases do not hold. */
async function play(first: Database, second: Database, folder: string): Promise<void> {
  const start = await preparedWorld();
  copyFolder(join(start.folder, CHAIN), join(folder, CHAIN));
  const chain = await openLocalChain(join(folder, CHAIN));
  try {
    const world = await readWorld(start.folder);
    const service = await serve({ database: first, chain, world, folder });
    await service.settle();
    const parts = await beginBeside(service, second, join(folder, OTHER));
    const other = await serve(parts);
    await other.settle();
    const story = await tell(service, other);
    const worlds = { service: world, other: { ...parts.world, parties: other.parties } };
    const kept: Kept = { worlds, ...story };
    await writeFile(join(folder, STORY), JSON.stringify(kept));
  } finally {
    await chain.stop();
  }
}

/** Tells the story. Returns when nothing is left to do but what its end leaves open. */
async function tell(
  service: TestService,
  other: TestService,
): Promise<Pick<Life, "lots" | "events">> {
  await service.settle();
  const { ctx, parties, ownerKey } = service;
  const maker = parties.maker.address;
  const distributor = parties.distributor.address;
  const ems = parties.ems.address;
  const lab = parties.lab.address;
  const lots: Life["lots"] = {};
  const events: Life["events"] = {};
  const note = (
    name: string,
    { hash, lots: made = [] }: { hash: string; lots?: string[] },
    numbers: string[] = [],
  ) => {
    events[name] = hash;
    const free = made.filter((lot) => !Object.values(lots).includes(lot));
    numbers.forEach((number) => {
      lots[number] = free.find((lot) => !Object.values(lots).includes(lot))!;
    });
    return hash;
  };
  const one = (lot: string) => [{ lot }];

  // a maker's lots and their later events, and one key change
  const makerLots = ["L1", "L2", "L3", "L4", "L5"];
  for (const number of makerLots) {
    const made = await acts.makeLots(ctx, maker, "commission", {
      lots: [part(number, 1000)],
      details: { reason: "new" },
    });
    note(`commission ${number}`, made, [number]);
  }
  await service.settle();
  const [firstKey] = await ctx.prisma.key.findMany({ where: { party: maker } });
  await makeKey(ctx, parties.maker.accountKey);
  await revokeKey(ctx, parties.maker.accountKey, firstKey!.address);
  await service.settle();

  const { L1, L2, L3, L4, L5 } = lots as Record<(typeof makerLots)[number], string>;
  const details = { carrier: "Brightline Freight", trackingNumber: "BF-1", invoice: "INV-7" };
  const shipment = note(
    "ship",
    await acts.ship(ctx, maker, {
      consignee: distributor,
      lots: [{ lot: L1! }, { lot: L2! }],
      details,
    }),
  );
  const scannedAt = ctx.clock();
  for (const [lot, place] of [
    [L1!, "dock 1"],
    [L2!, "dock 1"],
    [L2!, "dock 2"],
  ] as const)
    await keepSighting(ctx.prisma, {
      lot,
      party: distributor,
      place,
      time: scannedAt,
    });
  for (const name of ["lot L1", "lot L2", "id X of MPN"])
    await keepInSession(ctx.prisma, {
      party: distributor,
      session: "delivery 7",
      names: [name],
      time: scannedAt,
    });
  for (const key of ["a", "b"])
    await ctx.prisma.keptAnswer.create({
      data: {
        owner: distributor,
        key: key.repeat(64),
        request: "c".repeat(64),
        madeAt: scannedAt,
        token: `token ${key}`,
        leasedUntil: scannedAt,
        status: 201,
        body: "{}",
      },
    });
  await ctx.prisma.watch.create({
    data: {
      standings: "{}",
      fsck: JSON.stringify({ startedAt: scannedAt, seconds: 1, faults: {}, failure: null }),
      holder: "a process",
      leaseUntil: new Date(scannedAt * 1000),
    },
  });
  const counted = [{ lot: L1! }, { lot: L2!, quantity: 990 }];
  note("receive", await acts.receive(ctx, distributor, { shipment, lots: counted }));
  note(
    "split",
    await acts.split(ctx, distributor, {
      lot: L1!,
      children: [{ lotNumber: "C1", quantity: 100 }],
    }),
    ["C1"],
  );
  note(
    "inspect",
    await acts.remark(ctx, distributor, "inspect", {
      lots: one(lots["C1"]!),
      details: { reason: "AQL" },
    }),
  );
  note(
    "hold",
    await acts.remark(ctx, distributor, "hold", {
      lots: one(L2!),
      details: { reason: "humidity" },
    }),
  );
  note("release", await acts.remark(ctx, distributor, "release", { lots: one(L2!) }));
  note("hold again", await acts.remark(ctx, distributor, "hold", { lots: one(L2!) }));
  await service.settle();
  const refused = note(
    "ship to refuse",
    await acts.ship(ctx, maker, { consignee: distributor, lots: one(L3!) }),
  );
  note(
    "refuse",
    await acts.sendBack(ctx, distributor, "refuse", {
      shipment: refused,
      details: { reason: "wrong part" },
    }),
  );
  const cancelled = note(
    "ship to cancel",
    await acts.ship(ctx, maker, { consignee: distributor, lots: one(L3!) }),
  );
  note("cancel", await acts.sendBack(ctx, maker, "cancel", { shipment: cancelled }));
  note(
    "scrap",
    await acts.scrap(ctx, maker, {
      lots: [{ lot: L3!, quantity: 10 }],
      details: { reason: "test" },
    }),
  );
  const toEms = note(
    "ship to assemble",
    await acts.ship(ctx, distributor, { consignee: ems, lots: one(lots["C1"]!) }),
  );
  note("receive to assemble", await acts.receive(ctx, ems, { shipment: toEms }));
  const product = {
    lotNumber: "P1",
    quantity: 20,
    details: { manufacturer: "Lindholm EMS", mpn: "CTRL-BOARD-3" },
  };
  const inputs = [{ lot: lots["C1"]!, quantity: 40 }];
  note("assemble", await acts.assemble(ctx, ems, { inputs, products: [product] }), ["P1"]);
  note(
    "introduce",
    await acts.makeLots(ctx, distributor, "introduce", { lots: [part("X1", 300)] }),
    ["X1"],
  );
  await service.settle();

  // the log so far, with a checkpoint of it
  await anchorLog(service);

  // notices: an active recall, a withdrawn suspicion, a corrected fact of a lot and of what was split from it
  const why = { details: { reason: "die cracks" } };
  note("recall", await acts.giveNotice(ctx, maker, { lot: L4!, kind: "recall", ...why }));
  const doubt = note(
    "suspicion",
    await acts.giveNotice(ctx, lab, { lot: L1!, kind: "suspicion", ...why }),
  );
  await service.settle();
  note(
    "withdrawal",
    await acts.giveNotice(ctx, lab, { lot: L1!, kind: "withdrawal", withdraws: doubt }),
  );
  note(
    "correction",
    await acts.giveNotice(ctx, maker, {
      lot: L1!,
      kind: "correction",
      details: { makerLot: "K7T222", reason: "typing error" },
    }),
  );
  await service.settle();

  // a suspended party, one suspended for a while, and an event that the ledger refuses meanwhile
  const suspended = addressOfPrivateKey(
    fromHex(parties.lab.accountKey).map((byte, i) => (i === 31 ? byte ^ 1 : byte)),
  );
  await admitParty(ctx, ownerKey, {
    address: suspended,
    roles: ["laboratory"],
    name: "Closed laboratory",
  });
  await suspendParty(ctx, ownerKey, suspended);
  await service.settle();
  await suspendParty(ctx, ownerKey, lab); // not followed yet: the service accepts what the ledger will not
  const held = note("held", await acts.ship(ctx, maker, { consignee: lab, lots: one(L5!) }));
  note("held after", await acts.sendBack(ctx, maker, "cancel", { shipment: held }));
  const doubtOf = (lot: string) => acts.giveNotice(ctx, lab, { lot, kind: "suspicion", ...why });
  note("held notice", await doubtOf(L5!));
  const givenUp = note("given up", await doubtOf(L4!));
  for (let i = 0; i < 2; i++) await relayOnce(ctx); // events, and notices
  await reinstateParty(ctx, ownerKey, lab);
  await service.settle();
  await ctx.prisma.$transaction((tx) => giveUp(tx, { party: lab }, givenUp));

  // settlements of another service: a lot of its own, and a rival of one of our events
  await other.settle();
  const foreign = await acts.makeLots(other.ctx, other.parties.maker.address, "commission", {
    lots: [part("F1", 70)],
  });
  note("foreign", foreign, ["F1"]);
  const previous = await wordNow(service, L3!);
  const ours = note(
    "void",
    await acceptEvent(ctx, await signedShipment(service, L3!, 990, previous, "ours")),
  );
  note("void after", await acts.receive(ctx, distributor, { shipment: ours }));
  note(
    "rival",
    await acceptEvent(other.ctx, await signedShipment(service, L3!, 990, previous, "theirs")),
  );
  await other.settle();
  while (await followOnce(ctx));

  // log-only lots: two events here, and an imported bundle of another service
  const byLog = (number: string, quantity: number) => ({
    lots: [part(number, quantity)],
    settlement: "log" as const,
  });
  note("logged", await acts.makeLots(ctx, maker, "commission", byLog("G1", 60)), ["G1"]);
  note(
    "logged ship",
    await acts.ship(ctx, maker, { consignee: distributor, lots: one(lots["G1"]!) }),
  );
  const farMaker = other.parties.maker.address;
  note("imported", await acts.makeLots(other.ctx, farMaker, "commission", byLog("G2", 80)), ["G2"]);
  const toUs = await acts.ship(other.ctx, farMaker, {
    consignee: distributor,
    lots: one(lots["G2"]!),
  });
  await anchorLog(other);
  await importBundle(
    ctx,
    { party: distributor },
    await bundleFor(other.ctx, { party: distributor }, lots["G2"]!),
  );
  note(
    "imported and received",
    await acts.receive(ctx, distributor, { shipment: note("imported ship", toUs) }),
  );

  // two parties' policies
  await setPolicy(ctx.prisma, { party: maker }, { name: "shipping", maxSealAgeDays: 200 });
  await setPolicy(
    ctx.prisma,
    { party: lab },
    { name: "laboratory", severities: { ORIGIN_INTRODUCED: "FAIL" } },
  );

  // a grant by which a lot was read
  const audit = {
    grantee: lab,
    label: "audit",
    lots: [L1!],
    upTo: "trail",
    fields: [],
  } as const;
  const valid = { from: ctx.clock(), until: ctx.clock() + GRANTED_SECONDS };
  await makeGrant(ctx, maker, { ...audit, ...valid });
  await makeGrant(ctx, maker, { ...audit, ...valid, grantee: null });
  await lotRead(ctx, { party: lab }, L1!, "trail");

  // API keys, one of them revoked
  await makeApiKey(ctx, { party: null, scope: "admin", label: "operator" });
  await makeApiKey(ctx, { party: maker, scope: "read", label: "reads" });
  await revokeApiKey(
    ctx,
    (await makeApiKey(ctx, { party: maker, scope: "write", label: "leaked" })).id,
  );
  const signedInWith = await ctx.prisma.apiKey.findFirstOrThrow();
  for (const id of ["a", "b"])
    await ctx.prisma.session.create({
      data: {
        id: id.repeat(12),
        hash: "c".repeat(64),
        apiKey: signedInWith.id,
        fromStart: false,
        madeAt: scannedAt,
        seenAt: scannedAt,
        endedAt: id === "a" ? null : scannedAt,
      },
    });
  const key = await ctx.prisma.key.findFirstOrThrow({ orderBy: { address: "asc" } });
  const times = { madeAt: scannedAt, seenAt: scannedAt };
  const session = { hash: "d".repeat(64), fromStart: false, ...times };
  await ctx.prisma.session.createMany({
    data: [
      { ...session, id: "c".repeat(12), wallet: key.address },
      { ...session, id: "d".repeat(12), account: "s-1", member: "1".repeat(12), name: "jana@x.eu" },
      { ...session, id: "e".repeat(12), account: "s-2", party: maker, scope: "write", name: "s-2" },
    ],
  });
  const member = { scope: "write", madeAt: scannedAt } as const;
  await ctx.prisma.member.createMany({
    data: [
      { ...member, id: "1".repeat(12), email: "jana@x.eu", party: maker, subject: "s-1" },
      { ...member, id: "2".repeat(12), email: "left@x.eu", endedAt: scannedAt, usedAt: scannedAt },
    ],
  });
  await ctx.prisma.usedNonce.createMany({
    data: ["n-1", "n-2"].map((nonce, i) => ({ nonce, until: scannedAt + i })),
  });
  const record = recorderOf(ctx, { id: signedInWith.id, party: maker });
  await record(ctx.prisma, "api-key.make", "a key");
  await record(ctx.prisma, "member.add", "jana@x.eu", null);

  // documents: one with every claim, one with none; both have the same size and type
  await addDocument(ctx, maker, textOf("the maker's certificate"), {
    kind: "coc",
    name: "CoC K7T221",
    issuer: "Northgate Semiconductor",
    issuedOn: "2026-08-31",
    claims: { mpn: "NG74LVC1G08-Q", makerLot: "K7T221", quantity: 1000, certificateNumber: "C-7" },
  });
  await addDocument(ctx, distributor, textOf("a packing list, by hand"), {
    kind: "packing-list",
    claims: {},
  });

  // statements: one of each kind
  const dayOne = {
    brand: "Northgate",
    grade: "authorised",
    from: "2026-01-01",
    to: "2026-12-31",
  } as const;
  await state(ctx, maker, "authorisation", [{ ...dayOne, party: distributor }]);
  const alert = {
    source: "ITX",
    reference: "ITX-1",
    kind: "suspect",
    mpn: "NG74LVC1G08-Q",
  } as const;
  const [alerted] = await state(ctx, lab, "alert", [alert]);
  await withdraw(ctx, lab, alerted!.statement);

  // the log of everything so far; later events wait to enter it
  await anchorLog(service);

  // one transaction that is signed and not mined yet, and settlements that wait behind it
  note("signed", await acts.makeLots(ctx, maker, "commission", { lots: [part("W1", 40)] }), ["W1"]);
  const cut: typeof ctx.request = (method, params) =>
    method === "eth_sendRawTransaction"
      ? Promise.reject(new Error("not sent"))
      : ctx.request(method, params);
  await relayOnce({ ...ctx, request: cut });
  note("queued", await acts.ship(ctx, maker, { consignee: distributor, lots: one(lots["W1"]!) }));
  note(
    "queued notice",
    await acts.giveNotice(ctx, lab, { lot: lots["W1"]!, kind: "suspicion", ...why }),
  );
  note("queued last", await acts.makeLots(ctx, maker, "commission", { lots: [part("W2", 40)] }), [
    "W2",
  ]);

  return { lots, events };
}

function textOf(text: string): Upload {
  const bytes = Buffer.from(text);
  return { bytes, hash: hashOf(bytes), mediaType: "text/plain" };
}

async function wordNow({ ctx }: TestService, id: string): Promise<string> {
  const { lastEvent, holder, consignee, held, quantity } = await ctx.prisma.lot.findUniqueOrThrow({
    where: { id },
  });
  return wordOf({ lastEvent, holder, consignee, held, quantity: Number(quantity) });
}

/** A shipment of the maker's, signed with the key that the first service keeps, and not accepted by any service. */
async function signedShipment(
  { ctx, parties }: TestService,
  lot: string,
  quantity: number,
  previous: string,
  carrier: string,
): Promise<SignedEvent> {
  const secret = ctx.random(32);
  const details = { carrier };
  const event: CustodyEvent = {
    action: ACTIONS.ship,
    actor: parties.maker.address,
    holder: parties.maker.address,
    consignee: parties.distributor.address,
    time: ctx.clock(),
    details: detailsRoot(details, secret),
    entries: [{ lot, previous, quantity }],
  };
  const sign = await openSigner(ctx.prisma, ctx.keystore, parties.maker.address);
  return { event, details, secret: toHex(secret), signature: sign(eventDigest(ctx.domain, event)) };
}
