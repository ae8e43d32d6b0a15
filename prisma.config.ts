// Configures the Prisma CLI: where the schema is, and an engine that needs no download.
import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

// The CLI would download a native schema engine first. This names the same engine as WebAssembly.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(
  new URL("scripts/schema-engine.ts", import.meta.url),
);

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  // A folder or memory:// means PGlite, which is enough to write a migration.
  datasource: { url: process.env.DATABASE_URL ?? "memory://" },
});
