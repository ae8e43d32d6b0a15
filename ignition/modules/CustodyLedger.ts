// Deploys a ledger, to any network:
//
//   CHAIN_RPC_URL=https://… DEPLOYER_KEY=0x… npm run deploy -- --network remote --parameters ledger.json
//
// where ledger.json is `{ "CustodyLedger": { "owner": "0x…" } }`: who will admit and suspend parties, at best a multisig.
// Without parameters the deploying account is the owner. `--network local` takes a node on this machine with accounts of
// its own. The address is printed and kept in ignition/deployments/; run again, it says so and deploys nothing anew.
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

export default buildModule("CustodyLedger", (m) => ({
  ledger: m.contract("CustodyLedger", [m.getParameter("owner", m.getAccount(0))]),
}));
