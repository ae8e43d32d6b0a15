// Takes a bundle file that somebody sent: verifies it in this browser, and imports it into the service.
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link } from "wouter";
import type { ImportedBundle } from "../../../api/bundles.ts";
import { bytes, count } from "../../verify/words.ts";
import { ask } from "../data/client.ts";
import { type SessionView, rightsOf } from "../data/session.ts";
import { Failed, Loading } from "../parts/States.tsx";
import { VerdictBadge } from "../parts/VerdictBadge.tsx";
import type { Taken } from "./bundle-text.ts";

const VerifyHere = lazy(async () => ({ default: (await import("./VerifyHere.tsx")).VerifyHere }));

export function BundleFileCard({ session }: { session: SessionView }) {
  const [file, setFile] = useState<{ name: string; size: number } & Taken>();
  const [failure, setFailure] = useState<string>();
  const client = useQueryClient();
  const sending = useMutation({
    mutationFn: (text: string) =>
      ask<ImportedBundle>("POST", "/v1/bundles", { body: JSON.parse(text) as unknown }),
    onSuccess: () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" }),
  });
  const take = async (choice: File | undefined) => {
    if (!choice) return;
    setFile(undefined);
    setFailure(undefined);
    sending.reset();
    try {
      const { bundleTextOf } = await import("./bundle-text.ts");
      setFile({ name: choice.name, size: choice.size, ...(await bundleTextOf(choice)) });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  const canImport = rightsOf(session).canAct || rightsOf(session).isOperator;
  return (
    <section className="card bundle-file" aria-labelledby="bundle-file">
      <h2 id="bundle-file">A bundle that somebody sent</h2>
      <p className="soft">
        A JSON file or a zip from any Reelproof service. It stays in this browser until you import
        it.
      </p>
      <label
        className="bundle-drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void take(event.dataTransfer.files[0]);
        }}
      >
        <span>Choose a file, or drop it here</span>
        <input
          type="file"
          accept=".json,.zip,application/json,application/zip"
          onChange={(event) => {
            void take(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
      </label>
      {failure !== undefined && (
        <div className="notice tone-FAIL" role="alert">
          <p>
            <strong>The file cannot be read: {failure}. Ask the sender for it again.</strong>
          </p>
        </div>
      )}
      {file && (
        <>
          <p role="status">
            <strong>{file.name}</strong>, {bytes(file.size)}
            {file.events !== null && `, ${count(file.events, "event")}`}
            {file.by !== null && `. It says that ${file.by} made it.`}
          </p>
          <Suspense fallback={<Loading what="the verifier" rows={4} />}>
            <VerifyHere key={file.text} bundle={file.text} />
          </Suspense>
          {canImport && (
            <div className="buttons">
              <Button
                variant="default"
                loading={sending.isPending}
                onClick={() => sending.mutate(file.text)}
              >
                Import into this service
              </Button>
            </div>
          )}
          {sending.isError && <Failed error={sending.error} />}
          {sending.data && (
            <p className="verify-same" role="status">
              ✓ Imported: {count(sending.data.events, "event")} and{" "}
              {count(sending.data.notices, "notice")} that were new here.{" "}
              <VerdictBadge verdict={sending.data.verdict.verdict} />{" "}
              <Link href={`/lots/${sending.data.lot}?view=tree`}>Trace the lot</Link>
            </p>
          )}
        </>
      )}
    </section>
  );
}
