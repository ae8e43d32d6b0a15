// `document`: uploads, lists and fetches certificates, packing lists and reports.
import { Option } from "commander";
import { DocumentView } from "../../../api/documents.ts";
import {
  DOCUMENT_KINDS,
  MEDIA_TYPE_NAMES,
  WHAT_A_HASH_PROVES,
} from "../../../protocol/event/document.ts";
import { writeNewFile } from "../../output/files.ts";
import { Problem, usageProblem } from "../../output/outcome.ts";
import { pieces, showTable } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { type Description, hashOf, uploadFile } from "../../service/documents.ts";

export const document: AddCommand = (program, act) => {
  const group = program
    .command("document")
    .description(`certificates, packing lists, test reports: ${WHAT_A_HASH_PROVES}`);
  group
    .command("add")
    .description("upload a file once; events then name it by its hash")
    .argument("<file>")
    .addOption(
      new Option("--kind <kind>", "what it is")
        .choices(Object.keys(DOCUMENT_KINDS))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--type <type>", "its media type (default: by the file's extension)").choices(
        MEDIA_TYPE_NAMES,
      ),
    )
    .option("--name <text>", "a label for people (default: the file's name)")
    .option("--issuer <name>", "who issued it")
    .option("--issued-on <day>", "when it was issued, as YYYY-MM-DD")
    .option("--manufacturer <name>", "as read from the document: the manufacturer")
    .option("--mpn <number>", "… the manufacturer's part number")
    .option("--maker-lot <code>", "… the manufacturer's lot")
    .option("--date-code <code>", "… the date code")
    .option("--quantity <pieces>", "… the pieces")
    .option("--purchase-order <number>", "… the purchase order")
    .option("--certificate-number <number>", "… the certificate's own number")
    .action(act(addDocument));
  group
    .command("get")
    .description(
      "fetch a document that you uploaded, or that an event you see names, and check its hash",
    )
    .argument("<hash>", "SHA-256 of its bytes")
    .requiredOption("--out <file>", "the file to write; it must not exist yet")
    .action(act(getDocument));
  group.command("list").description("list your documents").action(act(listDocuments));
};

/** Uploads a file. The same again changes nothing. */
async function addDocument(
  { caller, terminal }: Command,
  path: string,
  description: Description & { type?: string },
): Promise<DocumentView> {
  const view = await uploadFile(caller.api, path, description);
  const { hash, kind, mediaType, size } = view;
  terminal.line(`${hash}  ${kind}, ${mediaType}, ${pieces(size)} bytes`);
  const note = `Name it in an event, for example as cocHash. Note that ${WHAT_A_HASH_PROVES}.`;
  terminal.line(terminal.style("dim", note));
  return view;
}

/** Fetches a document into a new file, if it has the hash that was asked for. */
async function getDocument({ caller, terminal }: Command, text: string, { out }: { out: string }) {
  const hash = text
    .trim()
    .toLowerCase()
    .replace(/^(0x)?/, "0x");
  if (!/^0x[0-9a-f]{64}$/.test(hash))
    throw usageProblem("BAD_ARGUMENT", `${text} is not a SHA-256: 64 digits 0-9, a-f.`, "HASH");
  const bytes = await caller.api.download(`/v1/documents/${hash}/content`);
  if (hashOf(bytes) !== hash) {
    const why = "The service sent other bytes than this hash stands for. Nothing was written.";
    throw new Problem("HASH_DIFFERS", why, { field: "HASH" });
  }
  await writeNewFile(out, bytes);
  terminal.line(`${out}  ${pieces(bytes.length)} bytes, with the hash that you asked for`);
  terminal.line(terminal.style("dim", `Note that ${WHAT_A_HASH_PROVES}.`));
  return { hash, file: out, size: bytes.length };
}

async function listDocuments({ caller, terminal }: Command) {
  const documents = await caller.api.all("/v1/documents", DocumentView);
  const bytes = { title: "bytes", align: "right" } as const;
  const cells = documents.map(({ hash, kind, size, name, issuer, issuedOn }) => [
    hash,
    kind,
    pieces(size),
    name ?? "",
    issuer ?? "",
    issuedOn ?? "",
  ]);
  showTable(terminal, ["hash", "kind", bytes, "name", "issuer", "issued on"], cells);
  return { documents };
}
