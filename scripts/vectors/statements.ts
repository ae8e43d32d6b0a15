// Makes vectors of statements: content hashes, digests and signatures, and statements or contents that are invalid.
import { canonicalize } from "../../protocol/base/canonical.ts";
import { signDigest } from "../../protocol/base/crypto.ts";
import {
  type Alert,
  type Authorisation,
  type Content,
  type Statement,
  STATEMENT_KINDS,
  contentHash,
  readContent,
  statementDigest,
} from "../../protocol/event/statement.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { DOMAIN, KEY, NOW, PARTY, type PartyName } from "../../test/support/model.ts";
import type { Vector, Vectors } from "./vector.ts";

const authorisation: Authorisation = {
  party: PARTY.distributor,
  brand: "Northgate Semiconductor",
  grade: "authorised",
  from: "2026-01-01",
  to: "2026-12-31",
};
const alert: Alert = {
  source: "ITX",
  reference: "ITX-26-10442",
  kind: "counterfeit",
  manufacturer: "Northgate Semiconductor",
  mpn: "NG74LVC1G08-Q",
  makerLots: ["K7T221", "K7T222"],
  dateCodeFrom: "2026-07-27",
  dateCodeTo: "2026-08-02",
};

const statementOf = (
  kind: keyof typeof STATEMENT_KINDS,
  issuer: string,
  content: Content | null,
  withdraws = ZERO_HASH,
): Statement => ({
  kind: STATEMENT_KINDS[kind],
  issuer,
  time: NOW,
  withdraws,
  content: contentHash(content),
});

function valid(
  about: string,
  by: PartyName,
  statement: Statement,
  content: Content | null,
): Vector {
  const digest = statementDigest(DOMAIN, statement);
  return {
    about,
    domain: DOMAIN,
    statement,
    content,
    canonical: content && canonicalize(content),
    digest,
    signature: signDigest(digest, KEY[by].privateKey),
    signer: KEY[by].address,
  };
}

function invalid(about: string, statement: Statement, content: unknown): Vector {
  const reading = readContent(statement, content);
  if (!("field" in reading)) throw new Error(`${about} This should have been refused.`);
  return { about, statement, content, field: reading.field };
}

export function statementVectors(): Vectors {
  const authorised = statementOf("authorisation", PARTY.maker, authorisation);
  const alerted = statementOf("alert", PARTY.distributor, alert);
  const withdrawal = statementOf(
    "withdrawal",
    PARTY.maker,
    null,
    statementDigest(DOMAIN, authorised),
  );
  const ofContent = (content: object) => ({ ...authorised, content: contentHash(content) });
  const backwards = { ...authorisation, to: "2025-12-31" };
  return {
    "valid/authorisation": valid(
      "A maker authorises a distributor.",
      "maker",
      authorised,
      authorisation,
    ),
    "valid/alert": valid("A party passes on an alert of a list.", "distributor", alerted, alert),
    "valid/withdrawal": valid(
      "The authorisation is withdrawn: there is no content.",
      "maker",
      withdrawal,
      null,
    ),
    "invalid/content-of-another": invalid("The hash is another content's.", authorised, {
      ...authorisation,
      to: "2027-12-31",
    }),
    "invalid/content-of-another-kind": invalid(
      "An alert under the number of authorisations.",
      ofContent(alert),
      alert,
    ),
    "invalid/content-missing": invalid("Only a withdrawal has no content.", authorised, null),
    "invalid/member-unknown": invalid(
      "A member that an authorisation does not have.",
      ofContent({ ...authorisation, discount: 5 }),
      { ...authorisation, discount: 5 },
    ),
    "invalid/ends-before-it-begins": invalid(
      "The last day is before the first.",
      ofContent(backwards),
      backwards,
    ),
    "invalid/withdraws-in-an-alert": invalid(
      "Only a withdrawal names a statement.",
      {
        ...alerted,
        withdraws: statementDigest(DOMAIN, authorised),
      },
      alert,
    ),
    "invalid/withdraws-nothing": invalid(
      "A withdrawal names a statement.",
      { ...withdrawal, withdraws: ZERO_HASH },
      null,
    ),
  };
}
