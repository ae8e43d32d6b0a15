// Asks the browser to keep the pages' files, once the first page stands: see service-worker.ts.
import { SERVICE_WORKER } from "../../../api/pages.ts";

/** Registers the worker. A browser that has none, or is not asked over TLS, only opens pages with a connection. */
export function keepPages(): void {
  if (!("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    navigator.serviceWorker.register(SERVICE_WORKER).catch(() => undefined);
  });
}
