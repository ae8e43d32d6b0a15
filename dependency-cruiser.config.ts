// Structure lint: who may import whom, the floors of protocol/ and server/, and no circle anywhere. Type imports count.
// The reasons are in docs/decisions/0001-who-may-import-whom.md; test/house.test.ts breaks each rule once.
import type { IConfiguration, IForbiddenRuleType } from "dependency-cruiser";

/** The top-level folders that hold source. */
export const FOLDERS = [
  "protocol",
  "api",
  "lists",
  "packing",
  "server",
  "sample",
  "cli",
  "web",
  "scripts",
  "bench",
  "test",
];

/** The floors of protocol/, ground first. A room imports from lower floors only, never from its own. */
const PROTOCOL_FLOORS = [
  ["base/"],
  ["event/"],
  ["log/", "trail/", "label/"],
  ["chain/", "verdict/", "insight/"],
  ["verify/"],
  ["audit/"],
];

/** The floors of server/, ground first. */
const SERVER_FLOORS = [
  ["storage/", "refusal.ts", "loop.ts", "exit-codes.ts"],
  ["budgets/", "delivery/"],
  ["config.ts", "integrity/"],
  ["chain/"],
  ["context.ts"],
  ["backup/"],
  ["open.ts"],
  ["access/"],
  ["log/", "documents/"],
  ["custody/"],
  ["settlement/", "statements/"],
  ["verdict/", "bundles/", "fsck/"],
  ["labels/", "watch/", "live/", "insight/", "loops.ts"],
  ["http/"],
  ["service.ts", "failure.ts"],
  ["main.ts"],
];

/** What protocol/ uses of npm. */
const PROTOCOL_PACKAGES = [
  "zod",
  "canonicalize",
  "@noble/[^/]+",
  "@scure/base",
  "hash-wasm",
  "@bitauth/libauth",
];

const inPackages = (names: string[]) => `(^|/)node_modules/(${names.join("|")})/`;
const inFolders = (names: string[]) => `^(${names.join("|")})/`;

/** Forbids files under `from` to import anything of the house but what matches `allowed`. */
function table(from: string, allowed: string[], comment: string): IForbiddenRuleType {
  return {
    name: `${from}-imports`,
    comment,
    severity: "error",
    from: { path: `^${from}/` },
    to: { path: inFolders([...FOLDERS, "prisma"]), pathNot: allowed },
  };
}

/** One rule for each room of a folder: it imports from the floors below its own. */
function floors(folder: string, levels: string[][]): IForbiddenRuleType[] {
  const path = (room: string) =>
    `^${folder}/${room.endsWith("/") ? room : `${room.replace(".", "\\.")}$`}`;
  const rules = levels.flatMap((rooms, floor) =>
    rooms.map((room): IForbiddenRuleType => {
      const below = levels.slice(0, floor).flat();
      return {
        name: `${folder}-floors`,
        comment: `${folder}/${room} imports only from ${below.length === 0 ? "itself" : `the floors below it: ${below.join(", ")}`}.`,
        severity: "error",
        from: { path: path(room) },
        to: { path: `^${folder}/`, pathNot: [room, ...below].map(path) },
      };
    }),
  );
  const placed = levels.flat().map(path);
  const comment = `Every file of ${folder}/ stands on a floor: give the new room its place in dependency-cruiser.config.ts.`;
  const unplaced = { path: `^${folder}/`, pathNot: placed };
  return [
    ...rules,
    { name: `${folder}-unplaced`, comment, severity: "error", from: unplaced, to: {} },
    { name: `${folder}-unplaced`, comment, severity: "error", from: {}, to: unplaced },
  ];
}

/** Forbids a pure folder everything outside of the house but a few packages. */
function pure(folder: string, packages: string[], pathNot?: string): IForbiddenRuleType {
  return {
    name: `${folder}-pure`,
    comment: `${folder}/ runs in a browser as it is: no Node built-in, and of npm only what is listed here.`,
    severity: "error",
    from: { path: `^${folder}/`, ...(pathNot === undefined ? {} : { pathNot }) },
    to: { pathNot: [inFolders(FOLDERS), inPackages(packages)] },
  };
}

const CODEC = "^protocol/chain/codec\\.ts$";

const rules: IForbiddenRuleType[] = [
  {
    name: "no-circle",
    comment: "No file imports itself by way of others. Move what both need to a lower floor.",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  table("protocol", ["^protocol/"], "protocol/ stands alone."),
  table("api", ["^api/", "^protocol/"], "api/ stands on protocol/."),
  table("lists", ["^lists/"], "lists/ stands alone."),
  table(
    "packing",
    ["^packing/", "^lists/", "^api/", "^protocol/"],
    "packing/ stands on lists/, api/ and protocol/.",
  ),
  {
    ...table(
      "server",
      ["^server/", "^api/", "^lists/", "^protocol/", "^prisma/generated/"],
      "server/ stands on protocol/, api/, lists/ and the Prisma client.",
    ),
    from: { path: "^server/", pathNot: "^server/main\\.ts$" },
  },
  {
    ...table(
      "server",
      ["^server/", "^sample/", "^protocol/base/redact\\.ts$"],
      "server/main.ts opens the service and its sample, and prints without secrets.",
    ),
    from: { path: "^server/main\\.ts$" },
  },
  table(
    "cli",
    [
      "^cli/",
      "^api/",
      "^lists/",
      "^packing/",
      "^protocol/",
      "^server/fsck/",
      "^server/backup/",
      "^server/access/admin\\.ts$",
      "^server/open\\.ts$",
    ],
    "cli/ stands on protocol/, api/, lists/ and packing/; of the server it uses fsck, backups, and admin at the database itself.",
  ),
  table(
    "web",
    ["^web/", "^api/", "^lists/", "^packing/", "^protocol/"],
    "web/ stands on protocol/, api/, lists/, packing/ and HTTP.",
  ),
  table(
    "sample",
    ["^sample/", "^server/", "^api/", "^protocol/"],
    "sample/ stands on server/ and protocol/.",
  ),
  pure("protocol", PROTOCOL_PACKAGES, CODEC),
  {
    ...pure("protocol", [...PROTOCOL_PACKAGES, "ethers/lib\\.esm/abi"]),
    comment: "Of ethers only the ABI coder, in the one file that encodes calls of the ledger.",
    from: { path: CODEC },
  },
  pure("api", ["zod"]),
  pure("lists", ["csv-parse"]),
  pure("packing", ["zod", "p-map"]),
  {
    name: "web-no-node",
    comment: "web/ runs in a browser.",
    severity: "error",
    from: { path: "^web/", pathNot: "^web/vite(\\.pages)?\\.config\\.ts$" },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "express-in-http",
    comment: "Only server/http knows Express and what plugs into it.",
    severity: "error",
    from: { path: inFolders(FOLDERS), pathNot: ["^server/http/", "^test/"] },
    to: { path: inPackages(["(@types/)?express", "express-rate-limit", "helmet", "pino-http"]) },
  },
  ...floors("protocol", PROTOCOL_FLOORS),
  ...floors("server", SERVER_FLOORS),
];

const config: IConfiguration = {
  forbidden: rules,
  options: {
    tsPreCompilationDeps: true,
    // Generated code and packages are seen as targets, but not searched.
    doNotFollow: { path: ["^node_modules/", "^prisma/generated/", "^types/", "^artifacts/"] },
    exclude: { path: "^web/dist/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node"] },
    skipAnalysisNotInRules: true,
  },
};

export default config;
