// `npm run fixture`: writes test/fixtures/release-VERSION.tar. Run it once for each release, when its schema is final: from then
// on a change of the schema is a new migration.
import { relative } from "node:path";
import { FIXTURE, makeFixture } from "./fixture/release.ts";

const bytes = await makeFixture(FIXTURE);
console.log(`${relative(".", FIXTURE)}: ${bytes} bytes`);
process.exit(0);
