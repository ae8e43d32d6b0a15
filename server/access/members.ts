// Keeps the operator's list of people who may sign in with a company account, and for whom.
import type { Member, Scope } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { isUniqueViolation } from "../storage/db.ts";
import { makeToken } from "./tokens.ts";

type Parts = Pick<Context, "prisma" | "clock" | "random" | "record">;

/**
 * Adds somebody to the list. @param party null: the operator
 * @throws Refusal NOT_FOUND where there is no such party, CONFLICT where the address stands on the list
 */
export async function addMember(
  { prisma, clock, random, record }: Parts,
  { email, party, scope }: { email: string; party: string | null; scope: Scope },
): Promise<Member> {
  if (party !== null && !(await prisma.party.findUnique({ where: { address: party } })))
    throw new Refusal("NOT_FOUND", 404, "There is no such party.", { field: "party" });
  const { id } = makeToken("rps", random);
  try {
    return await prisma.$transaction(async (tx) => {
      const data = { id, email, party, scope, madeAt: BigInt(clock()) };
      const member = await tx.member.create({ data });
      await record?.(tx, "member.add", `${email}, ${scope}`, party);
      return member;
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal(
      "CONFLICT",
      409,
      "This address is on the list. Remove its line first to give it other rights.",
      { field: "email" },
    );
  }
}

/** Removes somebody. Sessions of this line end at once. @throws Refusal NOT_FOUND */
export async function removeMember({ prisma, clock, record }: Parts, id: string): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const line = await tx.member.findFirst({ where: { id, endedAt: null } });
    if (!line)
      throw new Refusal("NOT_FOUND", 404, "There is no such line on the list.", { field: "id" });
    await tx.member.update({ where: { id }, data: { endedAt: BigInt(clock()) } });
    await record?.(tx, "member.remove", line.email, line.party);
  });
}
