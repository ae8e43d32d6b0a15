// Recovers signers fast, for tests that are about something else: with libsecp256k1, and each signature once. Puts the
// fast keccak-256 in place, too. crypto.test.ts holds both back ends against the slow ones.
import { useKeccak } from "../../protocol/base/crypto.ts";
import { loadWasmKeccak, loadWasmRecover } from "../../protocol/base/crypto-wasm.ts";
import { rememberRecovered } from "../../server/chain/recover.ts";

useKeccak(await loadWasmKeccak());

export const recover = rememberRecovered(await loadWasmRecover(), 20_000);
