// Reads events and notices, with their signatures, from a transaction's call data.
import { Interface, type Result } from "ethers";
import { LEDGER_ABI } from "../../protocol/chain/ledger-abi.ts";
import { CustodyEvent, type Domain, eventDigest } from "../../protocol/event/event.ts";
import { wordOf } from "../../protocol/event/lot.ts";
import { Notice, noticeDigest } from "../../protocol/event/notice.ts";
import { unpackLine } from "../../protocol/event/submission.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";

const abi = new Interface(LEDGER_ABI);

/**
 * Reads the events and notices of `record`, `recordBatch` or `notify`.
 * @returns signatures by digest (65 bytes, lower-case hex); undefined if the data is another call
 */
export function readCalls(domain: Domain, data: string): Map<string, string> | undefined {
  try {
    const call = abi.parseTransaction({ data });
    switch (call?.name) {
      case "record":
        return new Map([readSubmission(domain, call.args[0] as Result)]);
      case "recordBatch":
        return new Map(
          (call.args[0] as Result[]).map((submission) => readSubmission(domain, submission)),
        );
      case "notify":
        return new Map([readNotice(domain, call.args[0] as Result, call.args[1] as Result)]);
      default:
        return undefined;
    }
  } catch {
    return undefined; // call data of another form
  }
}

type Signed = [digest: string, signature: string];

function readSubmission(domain: Domain, submission: Result): Signed {
  const origins = rows(submission.getValue("origins")).map((origin) => ({
    lastEvent: text(origin, "lastEvent"),
    holder: text(origin, "holder"),
    consignee: text(origin, "consignee"),
    held: origin.getValue("held") === true,
  }));
  const lots = items(submission.getValue("lots"));
  const entries = items(submission.getValue("lines")).map((packed, i) => {
    const line = unpackLine(BigInt(packed));
    const state = origins[line.origin - 1];
    const previous = state ? wordOf({ ...state, quantity: line.quantityBefore }) : ZERO_HASH;
    return { lot: lots[i], previous, quantity: line.quantity };
  });
  const event = CustodyEvent.parse({
    ...fieldsOf(submission, ["actor", "holder", "consignee", "details"]),
    action: number(submission, "action"),
    time: number(submission, "time"),
    entries,
  });
  return [eventDigest(domain, event), signatureOf(submission.getValue("signature") as Result)];
}

function readNotice(domain: Domain, struct: Result, signature: Result): Signed {
  const notice = Notice.parse({
    ...fieldsOf(struct, ["lot", "issuer", "withdraws", "details"]),
    kind: number(struct, "kind"),
    time: number(struct, "time"),
  });
  return [noticeDigest(domain, notice), signatureOf(signature)];
}

const rows = (value: unknown) => (value as Result).toArray() as Result[];
const items = (value: unknown) =>
  (value as Result).toArray().map((item) => String(item).toLowerCase());
const text = (struct: Result, name: string) => String(struct.getValue(name)).toLowerCase();
const number = (struct: Result, name: string) => Number(struct.getValue(name));
const fieldsOf = (struct: Result, names: string[]) =>
  Object.fromEntries(names.map((name) => [name, text(struct, name)]));

function signatureOf(struct: Result): string {
  const v = number(struct, "v").toString(16).padStart(2, "0");
  return `${text(struct, "r")}${text(struct, "s").slice(2)}${v}`;
}
