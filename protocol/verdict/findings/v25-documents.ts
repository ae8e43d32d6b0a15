// The card of rule V25, documents.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V25",
  name: "documents",
  version: 2,
  checks:
    "Every document that an event names has the content that was hashed, agrees with the record, and has an issuer that may vouch for it.",
  findings: {
    DOCUMENT_NOT_AS_NAMED: kind(
      "FAIL",
      "service",
      "A document's content is not what an event named by its hash. Do not rely on it, and ask its issuer for the original.",
    ),
    COC_DIFFERS: kind(
      "WARN",
      "actor",
      "The certificate of conformity contradicts the record or the order. Ask the party that sent it for the right one.",
    ),
    COC_OF_OTHER_LOTS: kind(
      "WARN",
      "actor",
      "The same certificate of conformity was given for other manufacturer lots. Ask its issuer which of them it is for.",
    ),
    COC_CLAIMED_FOR_OTHER_LOTS: kind(
      "INFO",
      "reader",
      "Another party gave the same certificate of conformity for other manufacturer lots. A better word than its own vouches for the certificate of this one. Check that the package is the one of this record.",
    ),
    REPORT_NOT_BY_LABORATORY: kind(
      "WARN",
      "actor",
      "The party that vouches for the test report does not have the role of a laboratory. Ask the laboratory itself whether the report is its own.",
    ),
  },
  unknowns: {
    DOCUMENTS_NOT_KNOWN:
      "The documents that the events name were not looked up. Verify through a service that keeps them.",
    DOCUMENT_WITHHELD:
      "An event names a document, but its hash is withheld. Ask the party that signed the event to disclose it.",
    DOCUMENT_NOT_HERE:
      "A document that an event names is missing here, or you may not read it. Ask its holder for the file, and compare its hash.",
    LABORATORY_NOT_KNOWN:
      "The ledger was not asked whether the party that vouches for a test report is a laboratory. Verify again with a node.",
  },
} satisfies Card;
