// Stops zod from compiling code at run time, which the page's content security policy forbids. Imported first.
import { z } from "zod";

z.config({ jitless: true });
