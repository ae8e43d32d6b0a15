// Closes a folder to the other users of the machine: the database in it has every detail and secret of the service.
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  type Stats,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { getuid, umask } from "node:process";
import { CannotOpen } from "./cannot-open.ts";

/** A folder that other users could read or write. */
export class FolderNotPrivate extends CannotOpen {
  /** The file or folder at fault. */
  readonly path: string;

  constructor(path: string, why: string, cause?: unknown) {
    super("FOLDER_NOT_PRIVATE", "DATA_DIR", `${path} ${why}`, cause);
    this.name = "FolderNotPrivate";
    this.path = path;
  }
}

/** The bits of a mode that let the group and others in. */
const OTHERS = 0o077;

/**
 * Closes a folder and everything in it to other users: folders get mode 0700, files 0600. What this process and its
 * children make from now on is closed too, whatever umask they were started with.
 * @param create makes the folder if it is missing
 * @returns how many files and folders were open
 * @throws FolderNotPrivate if something belongs to another user, or stays open; CannotOpen if it is not a folder, or read-only
 */
export function closeFolder(folder: string, { create }: { create: boolean }): number {
  umask(OTHERS);
  try {
    if (create) mkdirSync(folder, { recursive: true });
    const root = statSync(folder, { throwIfNoEntry: false });
    if (!root) return 0;
    if (!root.isDirectory()) throw notAFolder(folder);
    refuseForeign(folder, root);
    accessSync(folder, constants.W_OK);
    return closeAll(folder, root, new Set());
  } catch (error) {
    throw folderFailure(folder, error);
  }
}

const notAFolder = (folder: string, cause?: unknown) =>
  new CannotOpen(
    "NOT_A_FOLDER",
    "DATA_DIR",
    `${folder} is not a folder, or a part of its path is not. Remove the file that is there, or set another DATA_DIR.`,
    cause,
  );

/** Words an error of the file system. */
function folderFailure(folder: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOTDIR" || code === "EEXIST") return notAFolder(folder, error);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new CannotOpen(
      "FOLDER_NOT_WRITABLE",
      "DATA_DIR",
      `This user cannot write in ${folder} (${code}). Make the folder this user's own, or set another DATA_DIR.`,
      error,
    );
  return error;
}

/** Closes a folder before it reads it: from then on nobody else can put anything into it. */
function closeAll(path: string, stats: Stats, seen: Set<string>): number {
  const place = `${stats.dev}:${stats.ino}`;
  if (seen.has(place)) return 0;
  seen.add(place);
  let closed = closeOne(path, stats) ? 1 : 0;
  if (!stats.isDirectory()) return closed;
  for (const name of readdirSync(path)) {
    const inside = join(path, name);
    const own = lstatSync(inside, { throwIfNoEntry: false });
    if (!own) continue; // its process has removed it meanwhile
    refuseForeign(inside, own);
    const target = own.isSymbolicLink() ? statSync(inside, { throwIfNoEntry: false }) : own;
    if (target) closed += closeAll(inside, target, seen);
  }
  return closed;
}

/** @returns whether it was open */
function closeOne(path: string, stats: Stats): boolean {
  refuseForeign(path, stats);
  if ((stats.mode & OTHERS) === 0) return false;
  try {
    chmodSync(path, stats.isDirectory() ? 0o700 : 0o600);
  } catch (cause) {
    throw new FolderNotPrivate(path, "cannot be closed to other users. Use another folder.", cause);
  }
  // Some file systems accept a change of mode and ignore it.
  if ((statSync(path).mode & OTHERS) !== 0)
    throw new FolderNotPrivate(
      path,
      "stays open to other users, because its file system keeps no modes. Use a folder on another file system.",
    );
  return true;
}

function refuseForeign(path: string, { uid }: Stats): void {
  const own = getuid?.();
  if (own === undefined || uid === own) return;
  throw new FolderNotPrivate(
    path,
    `belongs to another user (uid ${uid}), who can read it and change it. Make it this user's own (uid ${own}), or use another folder.`,
  );
}
