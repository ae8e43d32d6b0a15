// Recovers signers fast, for tests that are about something else: with libsecp256k1, and each signature once.
import { loadWasmRecover } from "../../protocol/base/crypto-wasm.ts";
import { rememberRecovered } from "../../server/chain/recover.ts";

export const recover = rememberRecovered(await loadWasmRecover(), 20_000);
