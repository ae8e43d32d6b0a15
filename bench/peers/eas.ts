// Measures the Ethereum Attestation Service: a hash is stamped with a time, and an attestation is made for its signer.
import { createRequire } from "node:module";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, Signature, ZeroAddress, ZeroHash } from "ethers";
import { type Compiled, deploy, gasOf, words } from "./deployed.ts";
import type { Peer } from "./peer.ts";

const MANY = 50;
const FOREVER = 2n ** 64n - 1n;
const require = createRequire(import.meta.url);
const artifact = (name: string) =>
  require(
    `@ethereum-attestation-service/eas-contracts/artifacts/contracts/${name}.sol/${name}.json`,
  ) as Compiled;

/** What its signature covers: EIP-712, version 1.4 of the contract. */
const ATTEST = {
  Attest: [
    { name: "attester", type: "address" },
    { name: "schema", type: "bytes32" },
    { name: "recipient", type: "address" },
    { name: "expirationTime", type: "uint64" },
    { name: "revocable", type: "bool" },
    { name: "refUID", type: "bytes32" },
    { name: "data", type: "bytes" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint64" },
  ],
};

/** Measures time stamps of one hash and of 50, and attestations by signature: one, and 50 in one call, each referring to a lot. */
export async function measureEas(
  owner: HardhatEthersSigner,
  signer: HardhatEthersSigner,
): Promise<Peer[]> {
  const registry = await deploy(artifact("SchemaRegistry"), owner);
  const eas = await deploy(artifact("EAS"), owner, await registry.getAddress());
  const [hash, ...hashes] = words(1, MANY + 1);
  const stamp = await gasOf(eas, "timestamp", hash);
  const stamps = await gasOf(eas, "multiTimestamp", hashes);

  await gasOf(registry, "register", "bytes32 lot, bytes32 event", ZeroAddress, true);
  const logs = await registry.queryFilter("Registered");
  const schema = logs[0]!.topics[1]!;
  const domain = {
    name: (await eas.getFunction("getName")()) as string,
    version: (await eas.getFunction("version")()) as string,
    chainId: (await owner.provider!.getNetwork()).chainId,
    verifyingContract: await eas.getAddress(),
  };
  let nonce = (await eas.getFunction("getNonce")(signer.address)) as bigint;
  const attestation = async (lot: string) => {
    const data = {
      recipient: ZeroAddress,
      expirationTime: 0,
      revocable: true,
      refUID: ZeroHash,
      data: AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32"], [lot, hash]),
      value: 0,
    };
    const signed = { attester: signer.address, schema, ...data, nonce, deadline: FOREVER };
    nonce++;
    const { v, r, s } = Signature.from(await signer.signTypedData(domain, ATTEST, signed));
    return { data, signature: { v, r, s } };
  };
  const rest = { schema, attester: signer.address, deadline: FOREVER };
  await gasOf(eas, "attestByDelegation", { ...rest, ...(await attestation(words(500, 1)[0]!)) });
  const single = await gasOf(eas, "attestByDelegation", {
    ...rest,
    ...(await attestation(words(600, 1)[0]!)),
  });
  const many: Awaited<ReturnType<typeof attestation>>[] = [];
  for (const lot of words(1_000, MANY)) many.push(await attestation(lot));
  const all = await gasOf(eas, "multiAttestByDelegation", [
    {
      ...rest,
      data: many.map(({ data }) => data),
      signatures: many.map(({ signature }) => signature),
    },
  ]);
  return [
    {
      name: "EAS timestamp(hash)",
      single: stamp,
      batch: { gas: Math.round(stamps / MANY), of: MANY },
      holder: "no",
    },
    {
      name: "EAS attestByDelegation, 64 bytes of data",
      single,
      batch: { gas: Math.round(all / MANY), of: MANY },
      holder: "no",
    },
  ];
}
