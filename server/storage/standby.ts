// Knows whether this service is a restored copy that must not act: the original may still run, with the same keys and the same
// account. Two services that act would sign contradicting events, and append different events to one log.
import type { PrismaClient } from "../../prisma/generated/client.ts";

export interface Standby {
  /** Whether the service only reads. Once it is off, it stays off. */
  isOn(): Promise<boolean>;
  /** Lets the service act, from now on and after every start. @returns whether it was on */
  end(): Promise<boolean>;
}

/** Reads whether the database was restored and not activated. */
export async function openStandby(prisma: PrismaClient): Promise<Standby> {
  const read = async () =>
    (await prisma.installation.findUnique({ where: { id: 1 } }))?.restoredAt != null;
  let isOn = await read();
  return {
    // While it is on it is read again, because another process on this database may have ended it.
    isOn: async () => isOn && (isOn = await read()),
    async end() {
      const { count } = await prisma.installation.updateMany({
        where: { id: 1, restoredAt: { not: null } },
        data: { restoredAt: null },
      });
      isOn = false;
      return count > 0;
    },
  };
}

/** Of a service that acts. */
export const NO_STANDBY: Standby = {
  isOn: () => Promise.resolve(false),
  end: () => Promise.resolve(false),
};
