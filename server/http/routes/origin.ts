// Checks the address by which a caller reached this service, before a link to it is printed on a page or a label.
import { Refusal } from "../../refusal.ts";

const ORIGIN = /^https?:\/\/([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i;

/** Refuses a Host header that is not a host name or an address: a link to it would lead to wherever the caller likes. */
export function checkOrigin(origin: string): void {
  if (!ORIGIN.test(origin))
    throw new Refusal("BAD_FIELD", 400, "The Host header is invalid.", { field: "host" });
}
