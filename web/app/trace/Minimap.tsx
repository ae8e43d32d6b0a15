// Shows the whole graph small, with the part that is in view. A click or a drag leads there.
import { type PointerEvent, type RefObject, useEffect, useState } from "react";
import type { Drawing } from "./grouping.ts";
import { NODE, type Placed } from "./walk.ts";

interface Props {
  frame: RefObject<HTMLDivElement | null>;
  placed: Placed;
  drawing: Drawing;
  zoom: number;
  /** The lots of a search's paths. */
  path: ReadonlySet<string> | undefined;
}

export function Minimap({ frame, placed, drawing, zoom, path }: Props) {
  const [view, setView] = useState({ x: 0, y: 0, width: 0, height: 0 });
  useEffect(() => {
    const element = frame.current!;
    const read = () =>
      setView({
        x: element.scrollLeft / zoom,
        y: element.scrollTop / zoom,
        width: element.clientWidth / zoom,
        height: element.clientHeight / zoom,
      });
    read();
    element.addEventListener("scroll", read, { passive: true });
    const sizes = new ResizeObserver(read);
    sizes.observe(element);
    return () => {
      element.removeEventListener("scroll", read);
      sizes.disconnect();
    };
  }, [frame, zoom, placed]);
  const isWhole = view.width >= placed.width && view.height >= placed.height;
  if (isWhole || view.width === 0) return null;
  const lead = (event: PointerEvent<SVGSVGElement>) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * placed.width;
    const y = ((event.clientY - box.top) / box.height) * placed.height;
    frame.current!.scrollTo((x - view.width / 2) * zoom, (y - view.height / 2) * zoom);
  };
  return (
    <svg
      className="minimap screen-only"
      viewBox={`0 0 ${placed.width} ${placed.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      onPointerDown={lead}
      onPointerMove={lead}
    >
      {drawing.nodes.map(({ id, side, lots }) => {
        const { x, y } = placed.nodes.get(id)!;
        const isOn = path && lots.some(({ lot }) => path.has(lot));
        return (
          <rect
            key={id}
            className={side === "self" || isOn ? "is-on" : ""}
            {...{ x, y, width: NODE.width, height: NODE.height }}
          />
        );
      })}
      <rect className="minimap-view" {...view} />
    </svg>
  );
}
