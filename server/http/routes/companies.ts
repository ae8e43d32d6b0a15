// Makes companies known on the embedded chain, whose ledger and accounts are the service's.
import { z } from "zod";
import { Text } from "../../../protocol/base/text.ts";
import { CompanyView } from "../../../api/companies.ts";
import { RoleNames } from "../../../api/parties.ts";
import { makeCompany } from "../../access/company.ts";
import { addKeptKeys } from "../../access/key-file.ts";
import { headOf } from "../../custody/states.ts";
import { followUntil } from "../../settlement/follow.ts";
import { ownerKeyOf } from "./parties.ts";
import { route } from "./route.ts";

export const companies = [
  route({
    method: "post",
    path: "/v1/companies",
    tag: "Administration",
    summary: "Make a company: account, admission, signing key and API key",
    about:
      "Only where the service runs the chain itself. It keeps the company's account and signing key. Asked again, it makes only what is missing.",
    access: { scope: "admin", who: "operator" },
    body: z.strictObject({ name: Text(1, 128), roles: RoleNames.min(1) }),
    answers: { 200: CompanyView, 201: CompanyView },
    async handle(parts, { body: { name, roles } }) {
      const { ctx, keyFile } = parts;
      const ownerKey = ownerKeyOf(parts);
      const follow = (isThere: () => Promise<boolean>) => followUntil(ctx, isThere);
      await ctx.record?.(ctx.prisma, "company.make", `${name}, ${roles.join(", ")}`, null);
      const company = await parts.inTurn(async () => {
        // A party that was admitted a moment ago may have the name.
        const { number } = await ctx.reader.head();
        await follow(async () => ((await headOf(ctx.prisma))?.number ?? -1) >= number);
        const made = await makeCompany(ctx, { ownerKey, follow }, { name, roles });
        if (made.apiKey && keyFile !== undefined) {
          const { address: party, apiKey } = made;
          await addKeptKeys(keyFile, [{ party, name, roles, scope: "admin", key: apiKey.text }]);
        }
        return made;
      });
      parts.nudge();
      const { address, signingKey, apiKey, isNew } = company;
      const view: CompanyView = {
        address,
        name,
        roles,
        signingKey,
        isNew,
        apiKey: apiKey
          ? {
              id: apiKey.id,
              party: address,
              scope: "admin",
              label: "made with the company",
              key: apiKey.text,
            }
          : null,
        keptIn: apiKey ? (keyFile ?? null) : null,
      };
      return { status: isNew ? 201 : 200, body: view };
    },
  }),
];
