// Says what is away when the operator asks how the service does and its database does not answer. Then nobody's API key can be
// checked, so this says what anyone may read at /readyz, and no more.
import type { ErrorRequestHandler } from "express";
import { Refusal } from "../refusal.ts";
import type { Watch } from "../watch/watch.ts";
import type { Metrics } from "./metrics.ts";
import { refusalOf } from "./problem.ts";

const STATUS = "/v1/status";

/** Makes the refusal of a status that cannot be read: what is away, and what is known without the database. */
export function nameWhatIsAway(
  metrics: Pick<Metrics, "probe">,
  watch: Pick<Watch, "status">,
): ErrorRequestHandler {
  return async (error, req, _res, next) => {
    const { code, status } = refusalOf(error);
    if (req.path !== STATUS || code !== "NOT_READY" || status !== 503) {
      next(error);
      return;
    }
    const { database, newest } = await metrics.probe();
    if (database !== null) {
      next(error); // it answers again
      return;
    }
    const { to, failingSince } = watch.status().messages;
    const known = [
      "The database does not answer, so the service accepts and shows nothing, and cannot tell who asks.",
      newest === null
        ? "The chain's node does not answer either."
        : `The chain's node answers; its newest block is ${newest}.`,
      to === null
        ? "No receiver of messages is set."
        : failingSince === null
          ? "Messages about the service are delivered."
          : "Messages about the service are not delivered.",
      "Check that PostgreSQL runs, its disk, and the network to it. The service continues by itself.",
    ];
    next(new Refusal("NOT_READY", 503, known.join(" "), { cause: error }));
  };
}
