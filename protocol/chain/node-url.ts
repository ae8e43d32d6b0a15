// Takes a node's URL apart: user and password travel in a header, because fetch refuses URLs that contain them, and quotes
// them in its error.
import { base64 } from "@scure/base";
import { utf8 } from "../base/bytes.ts";

/** Where a node is asked, and the header that says who asks. */
export interface NodeAddress {
  url: string;
  /** HTTP's basic scheme (RFC 7617); undefined if the URL has no user. */
  authorization: string | undefined;
}

/** Takes a URL apart. A URL without user and password stays as it is. */
export function nodeAddress(url: string): NodeAddress {
  const [, scheme, userInfo, rest] = /^(https?:\/\/)([^/?#]*)@(.*)$/i.exec(url) ?? [];
  if (scheme === undefined || userInfo === undefined || rest === undefined)
    return { url, authorization: undefined };
  const [user = "", ...password] = userInfo.split(":");
  const credentials = [user, password.join(":")].map(decoded).join(":");
  return { url: scheme + rest, authorization: `Basic ${base64.encode(utf8(credentials))}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that encodes nothing stands for itself
  }
}
