// Deploys the contract that keeps checkpoints, to any network:
//
//   CHAIN_RPC_URL=https://… DEPLOYER_KEY=0x… npx hardhat ignition deploy ignition/modules/CheckpointLog.ts --network remote
//
// It has no owner and no parameters: one serves every operator of a chain.
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

export default buildModule("CheckpointLog", (m) => ({ log: m.contract("CheckpointLog") }));
