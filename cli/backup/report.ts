// Shows what a backup holds, and what it does not.
import type { Manifest } from "../../server/backup/format.ts";
import { countOf, pieces, type Terminal } from "../output/terminal.ts";

/** A checked backup, as a program reads it. */
export interface BackupView {
  file: string;
  bytes: number;
  release: string;
  madeAt: string;
  rows: number;
  documents: number;
  documentsMissing: number;
  chain: "in the backup" | "elsewhere";
  elsewhere: string[];
  /** Whether the passphrase was given: only then a forgery is noticed. */
  isAuthenticated: boolean;
}

export function viewOf(
  file: string,
  { manifest, size, secrets }: { manifest: Manifest; size: number; secrets: unknown },
): BackupView {
  const { release, madeAt, tables, documents, chain, elsewhere } = manifest;
  return {
    file,
    bytes: size,
    release,
    madeAt,
    rows: Object.values(tables).reduce((sum, count) => sum + count, 0),
    documents: documents.count,
    documentsMissing: documents.missing,
    chain: chain ? "in the backup" : "elsewhere",
    elsewhere,
    isAuthenticated: secrets !== undefined,
  };
}

export function showBackup(view: BackupView, { isEmbedded, ledger }: Manifest, terminal: Terminal) {
  const { file, bytes, release, madeAt, rows, documents, documentsMissing, elsewhere } = view;
  terminal.line(`backup      ${file}, ${pieces(bytes)} bytes`);
  terminal.line(`made        ${madeAt.slice(0, 16).replace("T", " ")} by Reelproof ${release}`);
  terminal.line(`database    ${countOf(rows, "row")}`);
  terminal.line(`documents   ${pieces(documents)}`);
  if (documentsMissing > 0)
    terminal.line(
      terminal.style(
        "yellow",
        `            ${countOf(documentsMissing, "document")} missing: the store had lost or altered them (reelproof fsck names them)`,
      ),
    );
  terminal.line(`chain       ${chainText(view, isEmbedded, ledger)}`);
  if (elsewhere.length > 0)
    terminal.line(
      `NOT in it   ${elsewhere.join(" and ")} of the service's environment. Keep them elsewhere: nothing starts without them.`,
    );
  terminal.line(
    view.isAuthenticated
      ? "checked     every part, with the passphrase"
      : "checked     every part for damage. A forgery shows only with the passphrase (BACKUP_PASSPHRASE, --passphrase-file).",
  );
}

function chainText({ chain }: BackupView, isEmbedded: boolean, ledger: Manifest["ledger"]): string {
  if (chain === "in the backup") return "embedded, in the backup";
  if (isEmbedded) return "embedded in memory: the restored service settles again";
  return `${ledger?.chainId ?? "unknown"}, which has its own copies`;
}
