// `recall`, `suspect` and `withdraw`: give notices about lots, and take them back.
import { NoticeView } from "../../../api/notices.ts";
import { Acceptance } from "../../../api/settlement.ts";
import { Problem } from "../../output/outcome.ts";
import { moment, short } from "../../output/terminal.ts";
import { given, numberOf } from "../../service/acts.ts";
import type { Api } from "../../service/api.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findLot } from "../../service/lots.ts";

interface Reasons {
  reason: string;
  reference?: string;
  contact?: string;
}

export const recall: AddCommand = (program, act) =>
  program
    .command("recall")
    .description(
      "recall a lot that you issued: every verdict on it, and on what was made of it, is HOLD",
    )
    .argument("<lot>", "its number, id or label")
    .requiredOption("--reason <text>", "why, for everybody")
    .option("--reference <number>", "the number of your recall or change notice")
    .option("--contact <text>", "the person or office to ask")
    .action(
      act((command, name: string, reasons: Reasons) => give(command, "recall", name, reasons)),
    );

export const suspect: AddCommand = (program, act) =>
  program
    .command("suspect")
    .description("state a suspicion about a lot; every verdict on it shows it")
    .argument("<lot>", "its number, id or label")
    .requiredOption("--reason <text>", "why, for everybody who sees the lot")
    .option("--reference <number>", "the number of an alert")
    .option("--contact <text>", "the person or office to ask")
    .action(
      act((command, name: string, reasons: Reasons) => give(command, "suspicion", name, reasons)),
    );

export const withdraw: AddCommand = (program, act) =>
  program
    .command("withdraw")
    .description("withdraw your recall of a lot, or your suspicion about it")
    .argument("<notice>", "the notice's digest, or the lot if you gave one notice about it")
    .option("--reason <text>", "why, for everybody who sees the lot")
    .action(act(withdrawNotice));

async function give(
  { caller: { api }, terminal }: Command,
  kind: "recall" | "suspicion",
  name: string,
  { reason, reference, contact }: Reasons,
) {
  const lot = await findLot(api, name);
  const details = given({ reason, alertReference: reference, contact });
  const body = { lot: lot.lot, kind, details };
  const { hash, settlement } = await api.act("/v1/notices", Acceptance, body);
  terminal.line(
    `${(kind === "recall" ? "recalled" : "suspected").padEnd(12)}${numberOf(lot)}: ${reason}`,
  );
  terminal.line(`notice      ${hash}`);
  terminal.line(`settlement  ${settlement}`);
  return { notice: hash, settlement, kind, lot: lot.lot, lotNumber: lot.lotNumber };
}

async function withdrawNotice(
  { caller, terminal }: Command,
  name: string,
  { reason }: { reason?: string },
) {
  const { api } = caller;
  const party = await caller.party();
  const { lot, kind, notice } = await findNotice(api, name, party ?? undefined);
  const body = { lot, kind: "withdrawal", withdraws: notice, details: given({ reason }) };
  const { hash, settlement } = await api.act("/v1/notices", Acceptance, body);
  terminal.line(`withdrawn   the ${kind} of ${name}`);
  terminal.line(`notice      ${hash}`);
  terminal.line(`settlement  ${settlement}`);
  return { notice: hash, settlement, withdraws: notice, lot };
}

/** Finds a notice of the caller's that stands. @throws Problem NOT_FOUND, AMBIGUOUS_NOTICE */
async function findNotice(api: Api, name: string, party: string | undefined): Promise<NoticeView> {
  const wanted = name.trim().toLowerCase();
  const isOpen = ({ kind, withdrawn, issuer }: NoticeView) =>
    (kind === "recall" || kind === "suspicion") &&
    !withdrawn &&
    (party === undefined || issuer.address === party);
  if (/^0x[0-9a-f]{64}$/.test(wanted)) {
    const all = await api.all("/v1/notices", NoticeView);
    const notice = all.find((each) => each.notice === wanted);
    if (notice) return notice;
  }
  const { lot } = await findLot(api, name);
  const about = (await api.all("/v1/notices", NoticeView, { lot })).filter(
    (notice) => notice.lot === lot && isOpen(notice),
  );
  const [first, second] = about;
  const field = "NOTICE";
  if (!first)
    throw new Problem("NOT_FOUND", `You gave no notice about ${name} that stands.`, { field });
  if (!second) return first;
  const list = about.map(({ notice, kind, time, issuer }) =>
    [notice, kind, issuer.name ?? short(issuer.address), moment(time)].join(", "),
  );
  const why = `Several notices about ${name} stand. Give the digest: ${list.join("; ")}.`;
  throw new Problem("AMBIGUOUS_NOTICE", why, { field });
}
