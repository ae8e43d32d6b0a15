// Recovers signers fast, for tests of other things: with libsecp256k1, and each signature once.
// Also installs the fast keccak-256. crypto.test.ts compares both back ends with the slow ones.
import { useKeccak } from "../../protocol/base/crypto.ts";
import { loadWasmKeccak, loadWasmRecover } from "../../protocol/base/crypto-wasm.ts";
import { rememberRecovered } from "../../server/chain/recover.ts";

useKeccak(await loadWasmKeccak());

export const recover = rememberRecovered(await loadWasmRecover(), 20_000);
