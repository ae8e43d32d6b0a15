// Lays a graph out in a worker. A newer graph ends the older one's work.
import { useEffect, useState } from "react";
import type { Placed, Skeleton } from "./walk.ts";

/** The layout; undefined while it is made. @param skeleton the same object as long as it is the same graph */
export function useLayout(skeleton: Skeleton): Placed | undefined {
  const [made, setMade] = useState<{ of: Skeleton; placed: Placed }>();
  useEffect(() => {
    const worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Placed>) => setMade({ of: skeleton, placed: data });
    worker.postMessage(skeleton);
    return () => worker.terminate();
  }, [skeleton]);
  return made?.of === skeleton ? made.placed : undefined;
}
