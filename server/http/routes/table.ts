// Lists every route of the service.
import { apiKeys } from "./api-keys.ts";
import { documents } from "./documents.ts";
import { backups } from "./backup.ts";
import { bulk } from "./bulk.ts";
import { events } from "./events.ts";
import { bundles } from "./bundles.ts";
import { companies } from "./companies.ts";
import { checks } from "./fsck.ts";
import { grants } from "./grants.ts";
import { health } from "./health.ts";
import { insight } from "./insight.ts";
import { insightUse } from "./insight-use.ts";
import { keys } from "./keys.ts";
import { labels } from "./labels.ts";
import { lives } from "./live.ts";
import { logs } from "./log.ts";
import { lotActs } from "./lot-acts.ts";
import { lots } from "./lots.ts";
import { members } from "./members.ts";
import { notices } from "./notices.ts";
import { operations } from "./operations.ts";
import { policies } from "./policy.ts";
import { parties } from "./parties.ts";
import { reach } from "./reach.ts";
import type { Route } from "./route.ts";
import { rpc } from "./rpc.ts";
import { scans } from "./scan.ts";
import { settlements } from "./settlements.ts";
import { sessions } from "./sessions.ts";
import { signIns } from "./sign-in.ts";
import { shipments } from "./shipments.ts";
import { statements } from "./statements.ts";
import { status } from "./status.ts";

export const ROUTES: readonly Route[] = [
  ...lots,
  ...scans,
  ...bulk,
  ...labels,
  ...policies,
  ...lotActs,
  ...shipments,
  ...events,
  ...documents,
  ...logs,
  ...lives,
  ...notices,
  ...reach,
  ...insight,
  ...insightUse,
  ...statements,
  ...bundles,
  ...grants,
  ...parties,
  ...companies,
  ...keys,
  ...apiKeys,
  ...sessions,
  ...signIns,
  ...members,
  ...operations,
  ...settlements,
  ...checks,
  ...backups,
  ...status,
  ...health,
  rpc,
];
