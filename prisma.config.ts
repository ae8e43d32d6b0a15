// The Prisma CLI's settings: where the schema is, and an engine that needs no download.
import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

// Before anything else the CLI would fetch a native schema engine; this names the same engine as WebAssembly.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(
  new URL("scripts/schema-engine.ts", import.meta.url),
);

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  // A folder, or memory://, is PGlite: enough to write a migration against.
  datasource: { url: process.env.DATABASE_URL ?? "memory://" },
});
