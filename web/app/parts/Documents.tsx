// Lists the documents that the lot's events name, and saves those that the service has.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { LotWithDetails } from "../../../api/lots.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { fetchFile, Refused } from "../data/client.ts";
import { useDocument } from "../data/lots.ts";
import { saveBlob } from "../save.ts";
import { bytes } from "../../verify/words.ts";
import { DOCUMENT_WORDS, fieldWord } from "../words.ts";
import { Hash } from "./Hash.tsx";
import { Loading } from "./States.tsx";

/** The documents that events name, each once, with the field that names it. */
function namedBy(
  lot: LotWithDetails,
  verdict: Verdict | undefined,
): [hash: string, field: string][] {
  const details = [lot.details ?? {}, ...(verdict?.custody.map((step) => step.details) ?? [])];
  const named = new Map<string, string>();
  for (const fields of details)
    for (const [name, value] of Object.entries(fields))
      if (name.endsWith("Hash") && typeof value === "string" && /^0x[0-9a-f]{64}$/.test(value))
        named.set(value, named.get(value) ?? name.replace(/Hash$/, ""));
  return [...named];
}

export function Documents({ lot, verdict }: { lot: LotWithDetails; verdict: Verdict | undefined }) {
  const named = namedBy(lot, verdict);
  return (
    <section className="card" aria-labelledby="documents">
      <h2 id="documents">Documents</h2>
      {named.length === 0 ? (
        <p className="soft">
          No event of this lot names a certificate, a test report or a photo that you may see.
        </p>
      ) : (
        <ul className="documents">
          {named.map(([hash, field]) => (
            <Document key={hash} hash={hash} field={field} lot={lot.lot} />
          ))}
          <li className="soft small">
            A hash proves that the file is unchanged, not that it is true.
          </li>
        </ul>
      )}
    </section>
  );
}

function Document({ hash, field, lot }: { hash: string; field: string; lot: string }) {
  const document = useDocument(hash);
  const save = useMutation({
    mutationFn: async (name: string) =>
      saveBlob(name, await fetchFile(`/v1/documents/${hash}/content?lot=${lot}`)),
  });
  if (document.isPending)
    return (
      <li>
        <Loading what="a document" rows={1} />
      </li>
    );
  const isAway = document.error instanceof Refused && document.error.status === 404;
  const view = document.data?.said[0];
  return (
    <li>
      <div>
        <strong>{view ? DOCUMENT_WORDS[view.kind] : fieldWord(field)}</strong>
        <span className="soft small block">
          {view
            ? `${view.name ?? "no name"}, ${bytes(view.size)}, from ${view.owner.name ?? "an unknown party"}`
            : isAway
              ? "This service does not have the file. Ask the party that named it."
              : document.error?.message}
        </span>
        <Hash value={hash} />
      </div>
      {view && (
        <Button
          variant="default"
          size="sm"
          loading={save.isPending}
          onClick={() => save.mutate(view.name ?? `${hash.slice(2, 14)}`)}
        >
          Save
        </Button>
      )}
      {save.isError && <p role="alert">{save.error.message}</p>}
    </li>
  );
}
