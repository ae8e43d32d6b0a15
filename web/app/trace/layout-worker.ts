// Runs the layout away from the page, which stays usable meanwhile.
import { layOut } from "./layout.ts";
import type { Skeleton } from "./walk.ts";

onmessage = ({ data }: MessageEvent<Skeleton>) => postMessage(layOut(data));
