// V25: the documents that the lot's events name are those that were hashed, and say the same as the record.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V25",
  name: "documents",
  version: 1,
  looksAt:
    "the documents that events on the lot's way name by their hash, what they claim, and who vouches for a test",
  findings: {
    DOCUMENT_NOT_AS_NAMED: kind(
      "FAIL",
      "service",
      "A document that an event names has other bytes here than were hashed: do not rely on it, and ask its issuer for the original.",
    ),
    COC_DIFFERS: kind(
      "WARN",
      "actor",
      "The certificate of conformity says something else than the record or the order: ask whoever sent it for the right one.",
    ),
    COC_OF_OTHER_LOTS: kind(
      "WARN",
      "actor",
      "The same certificate of conformity was given with lots of other maker's lots: check which of them it was issued for.",
    ),
    REPORT_NOT_BY_LABORATORY: kind(
      "WARN",
      "actor",
      "A party without the role of a laboratory vouches for the test report: ask the laboratory itself whether it is its own.",
    ),
  },
  unknowns: {
    DOCUMENTS_NOT_KNOWN:
      "Whether the documents that the events name are as they were hashed was not looked up: verify where they are kept.",
    DOCUMENT_WITHHELD:
      "An event names a document, and by which hash is withheld: ask the party that signed the event.",
    DOCUMENT_NOT_HERE:
      "A document that an event names is not here, or not for you to read: ask its holder for the file and compare its hash.",
    LABORATORY_NOT_KNOWN:
      "Whether the party that vouches for a test report is a laboratory was not asked of the ledger: verify with a node.",
  },
} satisfies Card;
