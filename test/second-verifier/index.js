// Exports the second verifier of the protocol, which was written from docs/protocol.md alone.
export { hex, unhex, utf8 } from "./bytes.js";
export { Refused } from "./refused.js";
export { canonical, readCanonical, readFreely } from "./json.js";
export { lotId, noticeWordAfter, wordOf } from "./lots.js";
export * from "./typed-data.js";
export { signerOf } from "./signatures.js";
export { commit, disclose, disclosureRoot, fieldsOf } from "./details.js";
export { transition } from "./transition.js";
export { extendsTree, includes, leafHash, merkleRoot } from "./merkle.js";
export { Ledger } from "./ledger.js";
export { readBundle, verifyBundle } from "./bundle.js";
