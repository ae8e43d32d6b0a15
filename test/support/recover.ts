// Recovers signers fast, for tests that are about something else: with libsecp256k1, and each signature once.
import { rememberRecovered } from "../../protocol/base/crypto.ts";
import { loadWasmRecover } from "../../protocol/base/crypto-wasm.ts";

export const recover = rememberRecovered(await loadWasmRecover(), 20_000);
