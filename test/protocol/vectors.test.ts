// Checks the committed vectors: each gives the result it states, and scripts/vectors.ts makes these
// very files.
import { expect } from "chai";
import { Interface } from "ethers";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DOCS_FOLDER, VECTORS_FOLDER, makeTables, makeVectors } from "../../scripts/vectors.ts";
import { fromHex, toHex, utf8 } from "../../protocol/base/bytes.ts";
import { readBundle } from "../../protocol/trail/bundle.ts";
import {
  canonicalize,
  parseCanonical,
  parseJson,
  parseWith,
} from "../../protocol/base/canonical.ts";
import { ledgerReader } from "../../protocol/chain/reader.ts";
import { recoverSigner } from "../../protocol/base/crypto.ts";
import { DATE_CODE_FORMATS } from "../../protocol/event/detail-fields.ts";
import { Details } from "../../protocol/event/details.ts";
import {
  Disclosure,
  detailsLeaves,
  detailsRoot,
  disclosureRoot,
} from "../../protocol/event/disclosure.ts";
import {
  ACTIONS,
  CustodyEvent,
  type Domain,
  ENTRY_TYPE,
  EVENT_TYPE,
  domainSeparator,
  entryHash,
  eventDigest,
  typeHash,
} from "../../protocol/event/event.ts";
import { KEY_ENROLMENT_TYPE, keyEnrolmentDigest } from "../../protocol/event/key-enrolment.ts";
import { LEDGER_ABI } from "../../protocol/chain/ledger-abi.ts";
import { LotNumber, LotState, lotId, wordOf } from "../../protocol/event/lot.ts";
import {
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "../../protocol/base/merkle.ts";
import { NOTICE_TYPE, Notice, noticeDigest, noticeWord } from "../../protocol/event/notice.ts";
import {
  STATEMENT_TYPE,
  Statement,
  contentHash,
  readContent,
  statementDigest,
} from "../../protocol/event/statement.ts";
import { transition } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { VIOLATIONS, type Violation, type ViolationName } from "../../protocol/event/violation.ts";
import { verifyBundle } from "../../protocol/verify/bundle.ts";
import { LEGAL_FORMS } from "../../protocol/verify/parts.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import {
  type Repeat,
  pageVerdict,
  repeated,
  requestTo,
} from "../../scripts/vectors/bundles/case.ts";
import { stepsOf } from "../../protocol/verdict/card.ts";
import { FINDINGS } from "../../protocol/verdict/findings.ts";
import type { PaperChain } from "../support/paper-ledger.ts";
import { acceptances } from "./vector-checks/acceptances.ts";
import { checkpoints } from "./vector-checks/checkpoints.ts";
import { equivocations } from "./vector-checks/equivocations.ts";
import { type Fault, faulty } from "./vector-checks/faulty.ts";
import { facts } from "./vector-checks/facts.ts";
import { followed } from "./vector-checks/followed.ts";
import { labelCodes } from "./vector-checks/label-codes.ts";
import { latest } from "./vector-checks/latest.ts";
import { notes } from "./vector-checks/notes.ts";
import { submissions } from "./vector-checks/submissions.ts";
import { tiles } from "./vector-checks/tiles.ts";
import { recover } from "../support/recover.ts";

const DOMAIN_TYPE =
  "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

const files = readdirSync(VECTORS_FOLDER, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".json"))
  .toSorted();
const textOf = (path: string) => readFileSync(join(VECTORS_FOLDER, path), "utf8");

interface Recipe {
  [kind: string]: (vector: never) => void;
}
const hashes = (list: string[]) => list.map(fromHex);

interface CanonicalVector {
  json?: string;
  bytes?: string;
  canonical: string;
  error: Fault;
  leniently: { value: unknown } | { error: Fault };
}
interface EventVector {
  domain: Domain;
  event: CustodyEvent;
  canonical: string;
  domainSeparator: string;
  entryHashes: string[];
  digest: string;
  signature: string;
  signer: string;
}
interface StatementVector extends Omit<EventVector, "event" | "canonical"> {
  statement: Statement;
  content: Record<string, unknown> | null;
  canonical: string | null;
}
interface NoticeVector extends Omit<EventVector, "event"> {
  notice: Notice;
  wordBefore: string;
  wordAfter: string;
}
interface KeyVector {
  domain: Domain;
  party: string;
  key: string;
  digest: string;
  signature: string;
}
interface DetailsVector {
  details: Details;
  secret: string;
  leaves: { path: unknown; value: unknown; salt: string; inner: string; leaf: string }[];
  root: string;
  entryCount: number;
  disclosures: Record<string, Disclosure>;
}
interface MerkleVector {
  kind: "root" | "inclusion" | "consistency";
  data: string[];
  leaves: string[];
  leaf: string;
  index: number;
  size: number;
  proof: string[];
  root: string;
  oldSize: number;
  oldRoot: string;
  newSize: number;
  newRoot: string;
}
interface TransitionVector {
  context: {
    now: number;
    parties: Record<string, { roles: number; suspended: boolean }>;
    keys: Record<string, { party: string; revoked: boolean }>;
    words: Record<string, string>;
  };
  before: (LotState | null)[];
  event: CustodyEvent;
  digest: string;
  signer: string | null;
  after: LotState[];
  words: string[];
  violation: Violation;
}

interface BundleVector {
  chain: string | null;
  node?: "silent";
  trust: Trust;
  bundle: unknown;
  repeat?: Repeat;
  verdict: string;
  codes: string[];
}

/** Checks the verdict on a bundle with a node that answers from the vector's chain. */
async function checkBundle(vector: BundleVector): Promise<void> {
  const { chain, node, trust, bundle, repeat, verdict, codes } = vector;
  const paper = chain === null ? undefined : (JSON.parse(textOf(chain)) as PaperChain);
  const actual = await verifyBundle(
    repeated(bundle, repeat),
    trust,
    paper ? ledgerReader({ request: requestTo(paper, node), ...trust }) : null,
    recover,
  );
  expect(pageVerdict(actual)).to.deep.equal({ verdict, codes });
}

function holds(vector: MerkleVector): boolean {
  const { leaf, index, size, proof, root, oldSize, oldRoot, newSize, newRoot } = vector;
  return vector.kind === "inclusion"
    ? verifyInclusion(fromHex(leaf), index, size, hashes(proof), fromHex(root))
    : verifyConsistency(oldSize, fromHex(oldRoot), newSize, fromHex(newRoot), hashes(proof));
}

function outcome({ context, before, event, digest, signer }: TransitionVector) {
  const { now, parties, keys, words } = context;
  return transition(
    {
      now,
      party: (address) => parties[address],
      key: (address) => keys[address],
      word: (lot) => words[lot] ?? ZERO_HASH,
    },
    before,
    { event, digest, signer: signer ?? undefined },
  );
}

const valid = {
  acceptances: acceptances.valid,
  checkpoints,
  equivocations: equivocations.valid,
  facts,
  followed: followed.valid,
  "label-codes": labelCodes.valid,
  latest,
  notes: notes.valid,
  submissions: submissions.valid,
  tiles: tiles.valid,
  async bundles(vector: BundleVector) {
    await checkBundle(vector);
    expect(vector.verdict).not.to.equal("FAIL");
    if (!vector.repeat) expect(() => readBundle(vector.bundle)).not.to.throw();
  },
  chains({ blocks, logs }: PaperChain) {
    for (const [i, { number, parentHash }] of blocks.entries()) {
      expect(Number(number)).to.equal(i);
      if (i > 0) expect(parentHash).to.equal(blocks[i - 1]!.hash);
    }
    for (const { blockNumber, blockHash } of logs)
      expect(blocks[Number(blockNumber)]!.hash).to.equal(blockHash);
  },
  canonical({ json, canonical }: CanonicalVector) {
    expect(canonicalize(JSON.parse(json!))).to.equal(canonical);
    expect(canonicalize(parseCanonical(canonical))).to.equal(canonical);
  },
  details({ details, secret, leaves, root, entryCount, disclosures }: DetailsVector) {
    const parsed = parseWith(Details, details);
    const made = detailsLeaves(parsed, fromHex(secret));
    expect(
      made.map(({ path, value, salt, inner, leaf }) => ({
        path,
        value,
        salt: toHex(salt),
        inner: toHex(inner),
        leaf: toHex(leaf),
      })),
    ).to.deep.equal(leaves);
    expect(detailsRoot(parsed, fromHex(secret))).to.equal(root);
    for (const disclosure of Object.values(disclosures))
      expect(disclosureRoot(parseWith(Disclosure, disclosure), entryCount)).to.equal(root);
  },
  events({
    domain,
    event,
    canonical,
    entryHashes,
    digest,
    signature,
    signer,
    ...vector
  }: EventVector) {
    const parsed = parseWith(CustodyEvent, event);
    expect(canonicalize(parsed)).to.equal(canonical);
    expect(domainSeparator(domain)).to.equal(vector.domainSeparator);
    expect(parsed.entries.map((entry) => toHex(entryHash(entry)))).to.deep.equal(entryHashes);
    expect(eventDigest(domain, parsed)).to.equal(digest);
    expect(recoverSigner(digest, signature)).to.equal(signer);
  },
  keys({ domain, party, key, digest, signature }: KeyVector) {
    expect(keyEnrolmentDigest(domain, party, key)).to.equal(digest);
    expect(recoverSigner(digest, signature)).to.equal(key);
  },
  lots(
    vector: { issuer: string; lotNumber: string; lot: string } | { state: LotState; word: string },
  ) {
    if ("state" in vector) expect(wordOf(parseWith(LotState, vector.state))).to.equal(vector.word);
    else expect(lotId(vector.issuer, parseWith(LotNumber, vector.lotNumber))).to.equal(vector.lot);
  },
  merkle(vector: MerkleVector) {
    if (vector.kind !== "root") return expect(holds(vector)).to.equal(true);
    expect(vector.data.map((data) => toHex(leafHash(fromHex(data))))).to.deep.equal(vector.leaves);
    return expect(toHex(rootOf(hashes(vector.leaves)))).to.equal(vector.root);
  },
  statements({
    domain,
    statement,
    content,
    canonical,
    digest,
    signature,
    signer,
  }: StatementVector) {
    expect(readContent(parseWith(Statement, statement), content)).to.deep.include({ content });
    expect(content && canonicalize(content)).to.equal(canonical);
    expect(contentHash(content)).to.equal(statement.content);
    expect(statementDigest(domain, statement)).to.equal(digest);
    expect(recoverSigner(digest, signature)).to.equal(signer);
  },
  notices({ domain, notice, digest, signature, signer, wordBefore, wordAfter }: NoticeVector) {
    expect(noticeDigest(domain, parseWith(Notice, notice))).to.equal(digest);
    expect(recoverSigner(digest, signature)).to.equal(signer);
    expect(noticeWord(wordBefore, digest)).to.equal(wordAfter);
  },
  signatures({ digest, signature, signer }: EventVector) {
    expect(recoverSigner(digest, signature)).to.equal(signer);
  },
  transitions(vector: TransitionVector) {
    expect(outcome(vector)).to.deep.equal({ states: vector.after });
    expect(vector.after.map(wordOf)).to.deep.equal(vector.words);
  },
} satisfies Recipe;

const invalid = {
  acceptances: acceptances.invalid,
  checkpoints,
  equivocations: equivocations.invalid,
  facts,
  followed: followed.invalid,
  "label-codes": labelCodes.invalid,
  latest,
  notes: notes.invalid,
  submissions: submissions.invalid,
  tiles: tiles.invalid,
  async bundles(vector: BundleVector) {
    await checkBundle(vector);
    expect(vector.verdict).to.equal("FAIL");
  },
  canonical({ json, bytes, error, leniently }: CanonicalVector) {
    const input = json === undefined ? fromHex(bytes!) : utf8(json);
    faulty(() => parseCanonical(input), error);
    if ("error" in leniently) faulty(() => parseJson(input), leniently.error);
    else expect(canonicalize(parseJson(input))).to.equal(canonicalize(leniently.value));
  },
  details(
    vector: ({ details: unknown } | { disclosure: unknown; entryCount: number }) & { error: Fault },
  ) {
    if ("details" in vector) faulty(() => parseWith(Details, vector.details), vector.error);
    else
      faulty(
        () => disclosureRoot(parseWith(Disclosure, vector.disclosure), vector.entryCount),
        vector.error,
      );
  },
  events({ event, error }: { event: unknown; error: Fault }) {
    faulty(() => parseWith(CustodyEvent, event), error);
  },
  keys({ domain, party, key, digest, signature }: KeyVector) {
    expect(keyEnrolmentDigest(domain, party, key)).to.equal(digest);
    expect(recoverSigner(digest, signature)).to.not.equal(key);
  },
  lots(vector: ({ lotNumber: unknown } | { state: unknown }) & { error: Fault }) {
    if ("state" in vector) faulty(() => parseWith(LotState, vector.state), vector.error);
    else faulty(() => parseWith(LotNumber, vector.lotNumber), vector.error);
  },
  merkle(vector: MerkleVector) {
    expect(holds(vector)).to.equal(false);
  },
  statements({
    statement,
    content,
    field,
  }: {
    statement: Statement;
    content: unknown;
    field: string;
  }) {
    expect(readContent(parseWith(Statement, statement), content)).to.have.property("field", field);
  },
  notices({ notice, error }: { notice: unknown; error: Fault }) {
    faulty(() => parseWith(Notice, notice), error);
  },
  signatures({ digest, signature, error }: { digest: string; signature: string; error: Fault }) {
    faulty(() => recoverSigner(digest, signature), error);
  },
  transitions(vector: TransitionVector) {
    expect(outcome(vector)).to.deep.equal({ violation: vector.violation });
  },
} satisfies Recipe;

describe("the vectors", () => {
  it("are exactly the files that scripts/vectors.ts makes", () => {
    const made = makeVectors();
    expect(files).to.deep.equal([...made.keys()].toSorted());
    for (const [path, text] of made) expect(textOf(path), path).to.equal(text);
  });

  it("come with the tables that scripts/vectors.ts makes", async () => {
    for (const [path, text] of await makeTables())
      expect(readFileSync(join(DOCS_FOLDER, path), "utf8"), path).to.equal(text);
  });

  for (const path of files) {
    const [kind, folder] = path.split("/") as [string, "valid" | "invalid"];
    it(`give the stated result: ${path}`, () => {
      const checks: Partial<Record<string, unknown>> = folder === "valid" ? valid : invalid;
      const check = checks[kind] as (vector: unknown) => unknown;
      return check(JSON.parse(textOf(path)));
    });
  }
});

/** Findings that no bundle can have: an event of a trail without entries is of no lot, and one with more is malformed. */
const OUT_OF_REACH = ["EntryCountOutOfRange"];

describe("the vectors of bundles", () => {
  const bundles = files.filter((path) => path.startsWith("bundles/"));
  const shown = new Set(
    bundles.flatMap((path) => (JSON.parse(textOf(path)) as BundleVector).codes),
  );

  it("show every finding of docs/protocol.md", () => {
    const wanted = [...FINDINGS]
      .filter(([, kind]) => stepsOf(kind).length > 0)
      .map(([code]) => code);
    expect(wanted).to.include.members(Object.keys(VIOLATIONS));
    expect(wanted.filter((code) => !shown.has(code))).to.deep.equal(OUT_OF_REACH);
  });

  it("are not more than 1.5 megabytes, with 0.45 of chains", () => {
    const size = (paths: string[]) => paths.reduce((sum, path) => sum + textOf(path).length, 0);
    expect(size(bundles)).to.be.lessThan(1_500_000);
    expect(size(files.filter((path) => path.startsWith("chains/")))).to.be.lessThan(450_000);
  });
});

describe("docs/protocol.md", () => {
  const page = readFileSync(join(DOCS_FOLDER, "protocol.md"), "utf8");
  const known = files.map(textOf).join("\n");

  it("names only vectors that exist", () => {
    const named = page
      .match(/test\/vectors\/[\w/-]+\.json/g)!
      .map((path) => path.replace("test/vectors/", ""));
    expect(named).to.have.length.greaterThan(5);
    expect(files).to.include.members(named);
  });

  it("quotes only bytes that are in the vectors or are type hashes", () => {
    const types = [
      ENTRY_TYPE,
      EVENT_TYPE,
      NOTICE_TYPE,
      STATEMENT_TYPE,
      KEY_ENROLMENT_TYPE,
      DOMAIN_TYPE,
    ].map(typeHash);
    const quoted = page.match(/0x([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\b/g)!;
    expect(quoted).to.have.length.greaterThan(20);
    for (const hex of quoted)
      expect(known.includes(hex) || types.includes(hex), hex).to.equal(true);
  });

  it("lists every transition rule with its number of arguments", () => {
    const rows = page
      .match(/^\| \d+ \|.*$/gm)!
      .map((row) => row.split("|").map((cell) => cell.trim()));
    const rules = rows.flatMap(([, , names, args]) =>
      names!
        .match(/\w+/g)!
        .map((name) => ({ name, count: args === "" ? 0 : args!.split(",").length })),
    );
    expect([...new Set(rules.map(({ name }) => name))].toSorted()).to.deep.equal(
      Object.keys(VIOLATIONS).toSorted(),
    );
    for (const { name, count } of rules)
      expect(count, name).to.equal(VIOLATIONS[name as ViolationName].length);
  });

  it("lists every date code format", () => {
    for (const [format, { source }] of Object.entries(DATE_CODE_FORMATS))
      if (format !== "other")
        expect(page).to.include(`    ${format.padEnd(12)}${source.replaceAll("\\/", "/")}\n`);
  });

  it("lists every legal form of companies", () => {
    expect(page).to.include(`      ${[...LEGAL_FORMS].join("|")}\n`);
  });

  it("lists every action with its number", () => {
    for (const [name, number] of Object.entries(ACTIONS))
      expect(page).to.include(`${number} ${name}`);
  });

  it("lists every log of the ledger with its signature", () => {
    const abi = new Interface(LEDGER_ABI);
    const own = abi.fragments
      .filter((fragment) => fragment.type === "event")
      .map((fragment) => fragment.format());
    for (const log of own.filter((text) => !text.startsWith("Ownership")))
      expect(page).to.include(log);
  });
});
