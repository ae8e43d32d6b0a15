// Imported before all else: under this page's policy nothing is compiled from text, and zod is told not to try.
import { z } from "zod";

z.config({ jitless: true });
