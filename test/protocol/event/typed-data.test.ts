// Compares digests, words and ids with ethers, which has its own code for typed data and ABI.
import { expect } from "chai";
import { AbiCoder, TypedDataEncoder, getBytes, keccak256, toUtf8Bytes } from "ethers";
import { fc } from "../../support/random.ts";
import {
  ACTIONS,
  type Domain,
  actionName,
  domainSeparator,
  entryHash,
  eventDigest,
} from "../../../protocol/event/event.ts";
import { toHex } from "../../../protocol/base/bytes.ts";
import { KEY_ENROLMENT_TYPE, keyEnrolmentDigest } from "../../../protocol/event/key-enrolment.ts";
import { issuerOf, lotId, wordOf } from "../../../protocol/event/lot.ts";
import { NOTICE_TYPE, noticeDigest, noticeWord } from "../../../protocol/event/notice.ts";
import { STATEMENT_TYPE, statementDigest } from "../../../protocol/event/statement.ts";
import { EVENT_TYPE } from "../../../protocol/event/event.ts";
import {
  address,
  domain,
  event,
  hash,
  notice,
  state,
  statement,
  text,
} from "../../support/arbitraries.ts";

const domainOf = ({ chainId, ledger }: Domain) => ({
  name: "Reelproof",
  version: "1",
  chainId,
  verifyingContract: ledger,
});
const Entry = [
  { name: "lot", type: "bytes32" },
  { name: "previous", type: "bytes32" },
  { name: "quantity", type: "uint64" },
];
const CustodyEvent = [
  { name: "action", type: "uint8" },
  { name: "actor", type: "address" },
  { name: "holder", type: "address" },
  { name: "consignee", type: "address" },
  { name: "entries", type: "Entry[]" },
  { name: "time", type: "uint64" },
  { name: "details", type: "bytes32" },
];
const Notice = [
  { name: "lot", type: "bytes32" },
  { name: "kind", type: "uint8" },
  { name: "issuer", type: "address" },
  { name: "time", type: "uint64" },
  { name: "withdraws", type: "bytes32" },
  { name: "details", type: "bytes32" },
];
const Statement = [
  { name: "kind", type: "uint8" },
  { name: "issuer", type: "address" },
  { name: "time", type: "uint64" },
  { name: "withdraws", type: "bytes32" },
  { name: "content", type: "bytes32" },
];
const KeyEnrolment = [
  { name: "party", type: "address" },
  { name: "key", type: "address" },
];

describe("the EIP-712 encoding", () => {
  it("has the same types as ethers", () => {
    expect(TypedDataEncoder.from({ CustodyEvent, Entry }).encodeType("CustodyEvent")).to.equal(
      EVENT_TYPE,
    );
    expect(TypedDataEncoder.from({ Notice }).encodeType("Notice")).to.equal(NOTICE_TYPE);
    expect(TypedDataEncoder.from({ Statement }).encodeType("Statement")).to.equal(STATEMENT_TYPE);
    expect(TypedDataEncoder.from({ KeyEnrolment }).encodeType("KeyEnrolment")).to.equal(
      KEY_ENROLMENT_TYPE,
    );
  });

  it("separates domains as ethers does", () => {
    fc.assert(
      fc.property(domain, (some) => {
        expect(domainSeparator(some)).to.equal(TypedDataEncoder.hashDomain(domainOf(some)));
      }),
    );
  });

  it("digests events as ethers does", () => {
    fc.assert(
      fc.property(domain, event, (some, value) => {
        const expected = TypedDataEncoder.hash(domainOf(some), { CustodyEvent, Entry }, value);
        expect(eventDigest(some, value)).to.equal(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("hashes entries as ethers does", () => {
    fc.assert(
      fc.property(event, ({ entries }) => {
        for (const entry of entries)
          expect(toHex(entryHash(entry))).to.equal(
            TypedDataEncoder.hashStruct("Entry", { Entry }, entry),
          );
      }),
    );
  });

  it("digests notices as ethers does", () => {
    fc.assert(
      fc.property(domain, notice, (some, value) => {
        expect(noticeDigest(some, value)).to.equal(
          TypedDataEncoder.hash(domainOf(some), { Notice }, value),
        );
      }),
    );
  });

  it("digests statements as ethers does", () => {
    fc.assert(
      fc.property(domain, statement, (some, value) => {
        expect(statementDigest(some, value)).to.equal(
          TypedDataEncoder.hash(domainOf(some), { Statement }, value),
        );
      }),
    );
  });

  it("digests key enrolments as ethers does", () => {
    fc.assert(
      fc.property(domain, address, address, (some, party, key) => {
        const expected = TypedDataEncoder.hash(domainOf(some), { KeyEnrolment }, { party, key });
        expect(keyEnrolmentDigest(some, party, key)).to.equal(expected);
      }),
    );
  });

  it("gives different digests for different events, and for one event on different ledgers", () => {
    fc.assert(
      fc.property(domain, event, event, domain, (some, value, other, elsewhere) => {
        const same = JSON.stringify(value) === JSON.stringify(other);
        expect(eventDigest(some, value) === eventDigest(some, other)).to.equal(same);
        const sameDomain = some.chainId === elsewhere.chainId && some.ledger === elsewhere.ledger;
        expect(eventDigest(some, value) === eventDigest(elsewhere, value)).to.equal(sameDomain);
      }),
    );
  });

  it("numbers every action, and knows no other number", () => {
    for (const [name, number] of Object.entries(ACTIONS)) expect(actionName(number)).to.equal(name);
    expect(actionName(0)).to.equal(undefined);
    expect(actionName(13)).to.equal(undefined);
  });
});

describe("words and ids", () => {
  const abi = AbiCoder.defaultAbiCoder();

  it("hash a state as Solidity does", () => {
    fc.assert(
      fc.property(state, (value) => {
        const { lastEvent, holder, consignee, quantity, held } = value;
        const encoded = abi.encode(
          ["bytes32", "address", "address", "uint64", "bool"],
          [lastEvent, holder, consignee, quantity, held],
        );
        expect(wordOf(value)).to.equal(keccak256(encoded));
      }),
    );
  });

  it("chain a lot's notices as Solidity does", () => {
    fc.assert(
      fc.property(hash, hash, (word, digest) => {
        expect(noticeWord(word, digest)).to.equal(
          keccak256(abi.encode(["bytes32", "bytes32"], [word, digest])),
        );
      }),
    );
  });

  it("put the issuer and the lot number's hash into a lot's id", () => {
    fc.assert(
      fc.property(address, text(64), (issuer, lotNumber) => {
        const lot = lotId(issuer, lotNumber);
        expect(lot).to.match(/^0x[0-9a-f]{64}$/);
        expect(issuerOf(lot)).to.equal(issuer);
        expect(getBytes(lot).slice(20)).to.deep.equal(
          getBytes(keccak256(toUtf8Bytes(lotNumber))).slice(0, 12),
        );
      }),
    );
  });
});
