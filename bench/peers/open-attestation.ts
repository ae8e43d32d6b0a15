// Measures OpenAttestation's document store: a document's hash is issued, one or many.
import documentStore from "@govtechsg/document-store";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type Compiled, deploy, gasOf, words } from "./deployed.ts";
import type { Peer } from "./peer.ts";

const MANY = 50;
const { DocumentStoreFactory } = documentStore as unknown as { DocumentStoreFactory: Compiled };

export async function measureDocumentStore(owner: HardhatEthersSigner): Promise<Peer[]> {
  const store = await deploy(DocumentStoreFactory, owner, "Lots", owner.address);
  const [document, ...documents] = words(1, MANY + 1);
  const single = await gasOf(store, "issue", document);
  const all = await gasOf(store, "bulkIssue", documents);
  return [
    {
      name: "OpenAttestation DocumentStore 3 issue",
      single,
      batch: { gas: Math.round(all / MANY), of: MANY },
      holder: "no",
    },
  ];
}
