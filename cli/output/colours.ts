// Gives every verdict and severity its colour on the terminal.
import type { Severity, VerdictName } from "../../protocol/verdict/verdict.ts";
import type { Format } from "./terminal.ts";

export const VERDICT_FORMATS: Record<VerdictName | Severity, Format> = {
  FAIL: ["red", "bold"],
  HOLD: ["magenta", "bold"],
  INCOMPLETE: ["yellow", "bold"],
  WARN: ["yellow", "bold"],
  INFO: "dim",
  PASS: ["green", "bold"],
};
