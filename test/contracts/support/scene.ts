// Makes the parties that most ledger tests need, and lots in the states that tests start from.
import { ACTIONS } from "../../../protocol/event/event.ts";
import type { LotState } from "../../../protocol/event/lot.ts";
import { ROLES } from "../../../protocol/event/roles.ts";
import { type Party, type Plan, type World, act, admit, createWorld, lotOf } from "./world.ts";

export interface Scene {
  world: World;
  maker: Party;
  distributor: Party;
  ems: Party;
  laboratory: Party;
  lotsMade: number;
}

export async function createScene(): Promise<Scene> {
  const world = await createWorld();
  return {
    world,
    maker: await admit(world, ROLES.manufacturer),
    distributor: await admit(world, ROLES.distributor),
    ems: await admit(world, ROLES.assembler),
    laboratory: await admit(world, ROLES.laboratory),
    lotsMade: 0,
  };
}

/** The id of a lot that does not exist yet. */
export const freshLot = (scene: Scene, issuer: Party): string => lotOf(issuer, ++scene.lotsMade);

/** Records a valid event, signed with the actor's own key. */
export function happens(
  { world }: Scene,
  action: keyof typeof ACTIONS,
  actor: Party,
  entries: Plan["entries"],
  more: Partial<Plan> = {},
) {
  return act(world, { action: ACTIONS[action], actor: actor.address, entries, ...more }, actor.key);
}

/** Introduces lots of these quantities, which the party then holds. */
export async function lotsOf(
  scene: Scene,
  party: Party,
  ...quantities: number[]
): Promise<string[]> {
  const entries = quantities.map((quantity) => ({ lot: freshLot(scene, party), quantity }));
  await happens(scene, "introduce", party, entries);
  return entries.map(({ lot }) => lot);
}

/** A lot in transit from one party to another. */
export async function lotInTransit(
  scene: Scene,
  from: Party,
  to: Party,
  quantity = 100,
): Promise<string> {
  const [lot] = await lotsOf(scene, from, quantity);
  await happens(scene, "ship", from, [{ lot: lot!, quantity }], { consignee: to.address });
  return lot!;
}

/** The state of an existing lot. */
export function stateOf({ world }: Scene, lot: string): LotState {
  const state = world.states.get(lot);
  if (!state) throw new Error(`nobody made lot ${lot}`);
  return state;
}
