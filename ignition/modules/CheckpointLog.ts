// Deploys the checkpoint contract to any network:
//
//   CHAIN_RPC_URL=https://… DEPLOYER_KEY=0x… npm run deploy:log -- --network remote
//
// The contract has no owner and no parameters. One contract serves every operator on a chain.
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

export default buildModule("CheckpointLog", (m) => ({ log: m.contract("CheckpointLog") }));
