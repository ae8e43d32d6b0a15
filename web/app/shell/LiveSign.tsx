// Says whether the page follows the service live, or since when it does not.
import { useLive } from "../data/live.ts";
import type { SessionView } from "../data/session.ts";
import "../live.css";

export function LiveSign({ session }: { session: SessionView }) {
  const state = useLive(session.session?.id ?? session.caller.id);
  if (state.kind === "off") {
    const time = new Date(state.since).toLocaleTimeString("en-GB", {
      hour: "2-digit",
      minute: "2-digit",
    });
    return (
      <span
        className="live live-off"
        role="status"
        title="The connection to the service broke off. This page tries again by itself. What you see may be older."
      >
        <span aria-hidden="true">○</span> not live since {time}
      </span>
    );
  }
  const isLive = state.kind === "live";
  return (
    <span
      className="live"
      title={
        isLive ? "What others do appears here by itself, as far as you may see it." : undefined
      }
    >
      <span aria-hidden="true">{isLive ? "●" : "○"}</span> {isLive ? "live" : "connecting"}
    </span>
  );
}
