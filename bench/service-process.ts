// Starts bench/service.ts in a process of its own, and talks to it.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Ask, Ready } from "./service.ts";

/** A service that answers requests in a process of its own. */
export class ServiceProcess {
  readonly ready: Ready;
  readonly #child: ReturnType<typeof fork>;
  private constructor(child: ReturnType<typeof fork>, ready: Ready) {
    this.#child = child;
    this.ready = ready;
  }

  /** @param server the URL of a PostgreSQL server; undefined for the embedded database */
  static async open(server: string | undefined): Promise<ServiceProcess> {
    const file = fileURLToPath(new URL("service.ts", import.meta.url));
    const child = fork(file, [server ?? ""], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    child.once("exit", (code) => code !== 0 && code !== null && process.exit(code));
    const [ready] = (await once(child, "message")) as [Ready];
    return new ServiceProcess(child, ready);
  }

  /** Sends a message, and waits for its answer. */
  async ask<T>(message: Ask): Promise<T> {
    this.#child.send(message);
    const [answer] = (await once(this.#child, "message")) as [T];
    return answer;
  }

  /** Ends the process, which removes its database. */
  async close(): Promise<void> {
    this.#child.send({ ask: "end" } satisfies Ask);
    await once(this.#child, "exit");
  }
}
