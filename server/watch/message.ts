// Writes what is told about conditions, for people and for programs. It has codes and figures, and nothing of a party's.
import { createHash } from "node:crypto";
import type { Message } from "../delivery/message.ts";
import { CONDITIONS, type ConditionCode } from "./conditions.ts";
import type { Change, News } from "./standing.ts";

/** The service as its messages name it. */
export interface Source {
  /** Its public URL, or the address on which it listens. */
  url: string;
  /** The machine. */
  host: string;
  version: string;
}

/**
 * One message with all news.
 * @param open every condition that stands now
 */
export function writeMessage(
  source: Source,
  news: readonly News[],
  open: readonly ConditionCode[],
  now: number,
): Message {
  return {
    id: idOf(source, news),
    time: now,
    source: source.url,
    subject: subjectOf(news),
    text: [
      ...news.flatMap((each) => [...paragraph(each), ""]),
      open.length === 0 ? "Nothing else is wrong." : `Open now: ${open.join(", ")}.`,
      ...signature(source),
    ].join("\n"),
    data: {
      conditions: news.map(({ code, change, since, detail, endedAt }) => ({
        code,
        change,
        severity: CONDITIONS[code].severity,
        problem: CONDITIONS[code].problem,
        detail,
        action: CONDITIONS[code].action,
        who: CONDITIONS[code].who,
        since: at(since),
        ended: endedAt === null ? null : at(endedAt),
      })),
      open,
      service: source,
    },
  };
}

/** A message that says nothing but that messages arrive. @param id makes it different from every other */
export function testMessage(source: Source, id: string, now: number): Message {
  return {
    id: `test_${id}`,
    time: now,
    source: source.url,
    subject: "[Reelproof] Test: messages about this service arrive here",
    text: ["Somebody asked for this test. There is nothing to do.", ...signature(source)].join(
      "\n",
    ),
    data: { conditions: [], open: [], service: source, test: true },
  };
}

/** The same news have the same id: a message that is sent again is not taken for another. */
function idOf({ url, host }: Source, news: readonly News[]): string {
  const key = news.map(({ code, change, since, toldAt, endedAt }) => [
    code,
    change,
    since,
    toldAt,
    endedAt,
  ]);
  const hash = createHash("sha256").update(JSON.stringify([url, host, key]));
  return `msg_${hash.digest("hex").slice(0, 32)}`;
}

const WORDS: Record<Change, string> = { began: "Began", lasts: "Still open", ended: "Ended" };

function subjectOf(news: readonly News[]): string {
  const order: Change[] = ["began", "lasts", "ended"];
  const parts = order.flatMap((change) => {
    const codes = news.filter((each) => each.change === change).map(({ code }) => code);
    return codes.length === 0 ? [] : [`${WORDS[change].toLowerCase()}: ${codes.join(", ")}`];
  });
  const text = parts.join("; ");
  return `[Reelproof] ${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function paragraph({ code, change, since, detail, endedAt }: News): string[] {
  const { severity, problem, action, who } = CONDITIONS[code];
  if (change === "ended")
    return [`ENDED: ${code}. It lasted from ${words(since)} to ${words(endedAt ?? since)}.`];
  return [
    `${WORDS[change].toUpperCase()}: ${code} (${severity}), since ${words(since)}`,
    ...[problem, ...(detail === null ? [] : [detail])].map((line) => `  ${line}`),
    `  What to do: ${action}`,
    `  Who: ${who}.`,
  ];
}

const signature = ({ url, host, version }: Source) => [
  "",
  `Reelproof ${version} at ${url}, on ${host}`,
];

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const words = (seconds: number) => `${at(seconds).slice(0, 16).replace("T", " ")} UTC`;
