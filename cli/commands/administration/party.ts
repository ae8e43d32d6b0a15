// `party`: lists and admits parties, and suspends and reinstates them.
import { z } from "zod";
import { PartyView } from "../../../api/parties.ts";
import { readAddress, readPrivateKey } from "../../input/options.ts";
import { readRoles, ROLES_HELP } from "../../input/roles.ts";
import { usageProblem } from "../../output/outcome.ts";
import { showTable } from "../../output/terminal.ts";
import { type AddCommand, collect, type Command } from "../../service/command.ts";
import { onLedger } from "../../service/direct.ts";
import { allParties, resolveParty } from "../../service/lots.ts";
import { makeCompany } from "./init.ts";

export const party: AddCommand = (program, act) => {
  const group = program.command("party").description("parties of the ledger");
  group.command("list").description("list all parties").action(act(listParties));
  group
    .command("admit")
    .description("admit a party, or change its name and roles (operator, or with OWNER_KEY)")
    .argument("[address]", "the party's account")
    .argument("[name]")
    .requiredOption("--role <role>", ROLES_HELP, collect)
    .option("--new <name>", "make a company on the embedded chain, as init does")
    .option("--identity <hash>", "a hash of who it is")
    .action(act(admitParty));
  group
    .command("suspend")
    .description("suspend a party: it can sign no more events")
    .argument("<party>", "the start of its name or address")
    .action(act((command, name: string) => setStanding(command, name, true)));
  group
    .command("reinstate")
    .description("lift a party's suspension")
    .argument("<party>", "the start of its name or address")
    .action(act((command, name: string) => setStanding(command, name, false)));
};

async function listParties({ caller, terminal }: Command) {
  const items = await allParties(caller.api);
  const rows = items.map(({ name, roles, suspended, address }) => [
    name,
    roles.join(", "),
    suspended ? terminal.style("red", "suspended") : "admitted",
    address,
  ]);
  showTable(terminal, ["party", "roles", "state", "address"], rows);
  return { items };
}

interface AdmitOptions {
  role: string[];
  identity?: string;
  new?: string;
}

/** Admits a party with the owner's key that the service has, or with OWNER_KEY. */
async function admitParty(
  command: Command,
  address: string | undefined,
  name: string | undefined,
  { role, identity, new: newName }: AdmitOptions,
) {
  const { terminal, env } = command;
  const roles = readRoles(role);
  if (newName !== undefined) {
    if (address === undefined && identity === undefined)
      return makeCompany(command, { name: newName, roles });
    const why = "A new company gets its account here. Leave out ADDRESS, NAME and --identity.";
    throw usageProblem("BAD_ARGUMENT", why, "--new");
  }
  if (address === undefined || name === undefined) {
    const why = "Give the party's account and its name, or --new NAME to make a company here.";
    throw usageProblem("BAD_ARGUMENT", why, "ADDRESS");
  }
  const admission = {
    address: readAddress(address, "ADDRESS"),
    name,
    roles,
    ...(identity !== undefined && { identity: identity.toLowerCase() }),
  };
  const ownerKey = env["OWNER_KEY"];
  if (ownerKey === undefined) await command.caller.api.post("/v1/parties", PartyView, admission);
  else
    await onLedger(env, ({ admin, ctx }) =>
      admin.admitParty(ctx, readPrivateKey(ownerKey, "OWNER_KEY"), admission),
    );
  terminal.line(`admitted    ${name} as ${roles.join(", ")}`);
  terminal.line(`party       ${admission.address}`);
  return admission;
}

async function setStanding(command: Command, text: string, suspended: boolean) {
  const set = command.env["OWNER_KEY"] === undefined ? setByService : setOnLedger;
  const { name, address } = await set(command, text, suspended);
  command.terminal.line(`${suspended ? "suspended " : "reinstated"}  ${name}`);
  return { address, suspended };
}

async function setByService({ caller: { api } }: Command, text: string, suspended: boolean) {
  const { address, name } = await resolveParty(api, text, "PARTY");
  const path = `/v1/parties/${address}/suspension`;
  await (suspended ? api.post(path, z.undefined(), undefined) : api.delete(path));
  return { address, name };
}

async function setOnLedger({ env }: Command, text: string, suspended: boolean) {
  const address = readAddress(text, "PARTY");
  const key = readPrivateKey(env["OWNER_KEY"], "OWNER_KEY");
  await onLedger(env, ({ admin, ctx }) =>
    suspended ? admin.suspendParty(ctx, key, address) : admin.reinstateParty(ctx, key, address),
  );
  return { address, name: address };
}
