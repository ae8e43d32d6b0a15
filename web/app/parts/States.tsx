// Shows what is not content: that something is being read, why it failed, and what an empty list would hold.
import { Button, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { Refused } from "../data/client.ts";

/** Grey bars in the place of what is being read. @param what it is, for screen readers */
export function Loading({ what, rows = 4 }: { what: string; rows?: number }) {
  return (
    <div role="status" aria-label={`Loading ${what}`} className="loading">
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={20} radius="sm" />
      ))}
    </div>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const refused = error instanceof Refused ? error : undefined;
  const text = refused?.message ?? "Something went wrong on this page. Load it again.";
  return (
    <div className="notice tone-FAIL" role="alert">
      <p>
        <strong>{text}</strong>
      </p>
      {refused?.problem && (
        <p className="small">
          {refused.problem.code}, request {refused.problem.requestId}
        </p>
      )}
      {onRetry && refused?.status !== 404 && (
        <Button variant="default" size="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p className="soft">{children}</p>
    </div>
  );
}
