// Lists the documents that the company has uploaded.
import type { DocumentView } from "../../../../api/documents.ts";
import { usePaged } from "../../data/admin.ts";
import type { Rights } from "../../data/session.ts";
import { Hash } from "../../parts/Hash.tsx";
import { Moment } from "../../parts/Moment.tsx";
import { DOCUMENT_WORDS, short } from "../../words.ts";
import { Table } from "./Table.tsx";

const KIBIBYTE = 1024;

export function Papers({ rights }: { rights: Rights }) {
  const list = usePaged<DocumentView>("/v1/documents");
  return (
    <>
      <h2>Documents</h2>
      <p className="soft">
        Papers that were uploaded. Events name them by their hash, which shows if one was altered.
        It does not show that what it says is true.
      </p>
      <Table
        what="documents"
        list={list}
        empty="No document has been uploaded yet."
        columns={[
          "Name",
          "Kind",
          ...(rights.isOperator ? ["Company"] : []),
          "Size",
          "Uploaded",
          "Hash",
        ]}
        keyOf={({ hash, owner }) => `${hash} ${owner.address}`}
        cells={({ hash, owner, name, kind, size, uploadedAt }) => [
          name ?? DOCUMENT_WORDS[kind],
          DOCUMENT_WORDS[kind],
          ...(rights.isOperator ? [owner.name ?? short(owner.address)] : []),
          `${Math.ceil(size / KIBIBYTE).toLocaleString("en-US")} KiB`,
          <Moment key="at" time={Date.parse(uploadedAt) / 1000} />,
          <Hash key="hash" value={hash} />,
        ]}
      />
    </>
  );
}
