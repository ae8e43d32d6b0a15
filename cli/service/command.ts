// What every command is given.
import type { Caller, CommonOptions, Environment } from "./caller.ts";
import type { Terminal } from "../output/terminal.ts";

export interface Command {
  /** Opened when it is first asked for. @throws Problem NO_API_KEY and others of caller.ts */
  readonly caller: Caller;
  terminal: Terminal;
  options: CommonOptions;
  env: Environment;
  /** Administration goes to the database itself: see isDirect. */
  direct: boolean;
  /** Nothing says that the service is elsewhere than on this machine, in its folder. */
  local: boolean;
  /** All of standard input. @param most bytes; a label's by default @throws Problem TOO_LARGE */
  readInput(most?: number): Promise<string>;
}
