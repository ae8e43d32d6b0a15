// Every route of the service.
import { apiKeys } from "./api-keys.ts";
import { events } from "./events.ts";
import { checks } from "./fsck.ts";
import { health } from "./health.ts";
import { keys } from "./keys.ts";
import { labelImages } from "./label-images.ts";
import { lotActs } from "./lot-acts.ts";
import { lots } from "./lots.ts";
import { notices } from "./notices.ts";
import { parties } from "./parties.ts";
import type { Route } from "./route.ts";
import { scans } from "./scan.ts";
import { settlements } from "./settlements.ts";
import { shipments } from "./shipments.ts";

export const ROUTES: readonly Route[] = [
  ...lots,
  ...scans,
  ...labelImages,
  ...lotActs,
  ...shipments,
  ...events,
  ...notices,
  ...parties,
  ...keys,
  ...apiKeys,
  ...settlements,
  ...checks,
  ...health,
];
