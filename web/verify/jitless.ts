// Stops zod from compiling text into code, which this page's policy forbids. Imported first.
import { z } from "zod";

z.config({ jitless: true });
