// Defines strict schemas of the scalar values that everything else is made of.
import { z } from "zod";
import { MAX_INTEGER } from "./limits.ts";

/** 20 bytes as lower-case hex: a party, a key, a contract. */
export const Address = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/, "must be an address: 0x and 40 digits 0-9, a-f");
/** 32 bytes as lower-case hex: a lot, a word, a digest. */
export const Hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/, "must be a hash: 0x and 64 digits 0-9, a-f");
/** 65 bytes as lower-case hex: r, s, v. crypto.ts checks that s is low and v is 27 or 28. */
export const Signature = z
  .string()
  .regex(/^0x[0-9a-f]{130}$/, "must be a signature: 0x and 130 digits 0-9, a-f");
/** Pieces. */
export const Quantity = z.int().min(0).max(MAX_INTEGER);
/** Unix seconds. */
export const Time = z.int().min(0).max(MAX_INTEGER);

/** Bytes in a hash: keccak-256 and SHA-256 alike. */
export const HASH_BYTES = 32;
export const ZERO_ADDRESS = `0x${"0".repeat(40)}`;
export const ZERO_HASH = `0x${"0".repeat(64)}`;

/** A schema for a day of the calendar, 0001-01-01 to 9999-12-31: many libraries have no year 0. @param message of a refusal */
export const calendarDay = (message: string) =>
  z.iso.date(message).refine((day) => !day.startsWith("0000"), message);
