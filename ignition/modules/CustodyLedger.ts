// Deploys a ledger to any network:
//
//   CHAIN_RPC_URL=https://… DEPLOYER_KEY=0x… npm run deploy -- --network remote --parameters ledger.json
//
// where ledger.json is `{ "CustodyLedger": { "owner": "0x…" } }`. The owner admits and suspends parties; use a multisig if you
// can. Without parameters the deploying account is the owner. `--network local` uses a node on this machine, with the node's own
// accounts. The command prints the address and keeps it in ignition/deployments/. A second run reports it and deploys nothing.
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

export default buildModule("CustodyLedger", (m) => ({
  ledger: m.contract("CustodyLedger", [m.getParameter("owner", m.getAccount(0))]),
}));
