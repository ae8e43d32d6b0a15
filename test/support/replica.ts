// Runs a PostgreSQL primary and a streaming replica of it, by PostgreSQL's own tools, in a folder of the test's own. A proxy stands
// before the replica: it can stop answering, as a machine does whose cable is cut.
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, chown, readFile, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "./temporary.ts";

const run = promisify(execFile);

const TOOLS = ["initdb", "pg_basebackup", "pg_ctl"];
const INSTALLED = "/usr/lib/postgresql";

/** The folder of the newest installed PostgreSQL's tools. Undefined: there are none. */
export const postgresTools = (): string | undefined =>
  (existsSync(INSTALLED) ? readdirSync(INSTALLED) : [])
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(INSTALLED, version, "bin"))
    .find((bin) => TOOLS.every((tool) => existsSync(join(bin, tool))));

/** Only what a test needs, and little of it. Nothing has to survive the machine. */
const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
shared_buffers = 16MB
max_connections = 60
wal_retrieve_retry_interval = 100ms
`;

export interface ReplicatedPostgres {
  primaryUrl: string;
  /** Goes through the proxy. */
  replicaUrl: string;
  /** What the replica was asked so far: its log, with every statement. */
  askedOfReplica(): Promise<string>;
  stopReplica(): Promise<void>;
  startReplica(): Promise<void>;
  /** Makes a server of its own of the replica, for good. */
  promoteReplica(): Promise<void>;
  /** Lets nothing through any more, in either direction. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** @param bin the folder of PostgreSQL's tools */
export async function openReplicatedPostgres(bin: string): Promise<ReplicatedPostgres> {
  const folder = await temporaryFolder("reelproof-replica-");
  const asPostgres = await ownerOf(folder);
  const tool = (name: string, ...args: string[]) => {
    const [file, ...all] = [...asPostgres, join(bin, name), ...args] as [string, ...string[]];
    return run(file, all, { cwd: folder });
  };
  const dataOf = (name: string) => join(folder, name);
  const logOf = (name: string) => join(folder, `${name}.log`);
  // Its output goes to a file: a server that keeps our pipes would keep us waiting.
  const start = (name: string) =>
    tool("pg_ctl", "start", "-w", "-D", dataOf(name), "-l", logOf(name));
  const stop = (name: string) =>
    tool("pg_ctl", "stop", "-w", "-m", "immediate", "-D", dataOf(name));
  const configure = (name: string, port: number, more = "") =>
    appendFile(join(dataOf(name), "postgresql.conf"), `${SETTINGS}port = ${port}\n${more}`);
  const [primaryPort, replicaPort] = [await freePort(), await freePort()];
  const running = new Set<string>();

  const close = async () => {
    for (const name of running) await stop(name).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await tool("initdb", "-D", dataOf("primary"), "-U", "postgres", "-A", "trust", "--no-sync");
    await configure("primary", primaryPort);
    await start("primary");
    running.add("primary");
    const from = ["-h", "127.0.0.1", "-p", String(primaryPort), "-U", "postgres"];
    await tool("pg_basebackup", "-D", dataOf("replica"), "-R", "-c", "fast", "--no-sync", ...from);
    await configure("replica", replicaPort, "log_statement = 'all'\n");
    await start("replica");
    running.add("replica");
    const proxy = await openProxy(replicaPort);
    return {
      primaryUrl: `postgresql://postgres@127.0.0.1:${primaryPort}/postgres`,
      replicaUrl: `postgresql://postgres@127.0.0.1:${proxy.port}/postgres`,
      askedOfReplica: () => readFile(logOf("replica"), "utf8"),
      async stopReplica() {
        running.delete("replica");
        await stop("replica");
      },
      async startReplica() {
        await start("replica");
        running.add("replica");
      },
      async promoteReplica() {
        await tool("pg_ctl", "promote", "-w", "-D", dataOf("replica"));
      },
      freeze: proxy.freeze,
      thaw: proxy.thaw,
      async close() {
        proxy.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** PostgreSQL refuses to run as root: then the folder becomes the user's that the packages make. @returns what runs a tool as it */
async function ownerOf(folder: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return [];
  const idOf = async (option: string) => (await run("id", [option, "postgres"])).stdout.trim();
  const [user, group] = [await idOf("-u"), await idOf("-g")];
  await chown(folder, Number(user), Number(group));
  return ["setpriv", `--reuid=${user}`, `--regid=${group}`, "--clear-groups"];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Passes bytes to a port of this machine and back, until it is told to freeze. */
async function openProxy(to: number) {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server = createServer((client) => {
    const upstream = connect(to, "127.0.0.1");
    for (const [own, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(own);
      own.on("data", (bytes) => other.write(bytes));
      own.on("error", () => own.destroy());
      own.on("close", () => {
        sockets.delete(own);
        other.destroy();
      });
      if (isFrozen) own.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      isFrozen = false;
      for (const socket of sockets) socket.resume();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
