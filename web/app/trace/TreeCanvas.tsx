// Draws the graph: nodes that the arrow keys walk, edges with their pieces, zoom, dragging, and a small map of the whole.
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { VerdictName } from "../../../protocol/verdict/verdict.ts";
import { pieces } from "../../verify/words.ts";
import { Loading } from "../parts/States.tsx";
import type { TreeEdge } from "./graph.ts";
import type { Drawing, NodeEdge } from "./grouping.ts";
import { type Direction, neighbour, NODE, type Placed, type Point } from "./walk.ts";
import { Minimap } from "./Minimap.tsx";
import { TreeNodeBox } from "./TreeNodeBox.tsx";
import { useLayout } from "./use-layout.ts";
import { usePan } from "./use-pan.ts";

interface Props {
  drawing: Drawing;
  isCollapsed: boolean;
  /** The lots and edges that a search leads along; null without a search. */
  path: { lots: ReadonlySet<string>; edges: ReadonlySet<TreeEdge> } | null;
  found: ReadonlySet<string> | null;
  verdicts: ReadonlyMap<string, VerdictName> | undefined;
  /** The lot or group that was walked to last. */
  at: string | null;
  onWalk(id: string): void;
  onOpen(group: string): void;
}

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};
const ZOOMS = [0.3, 0.5, 0.7, 0.85, 1, 1.25] as const;

export function TreeCanvas(props: Props) {
  const { drawing } = props;
  const skeleton = useMemo(
    () => ({
      nodes: drawing.nodes.map(({ id }) => id),
      edges: drawing.edges.map(({ id, from, to }) => ({ id, from, to })),
    }),
    [drawing],
  );
  const placed = useLayout(skeleton);
  if (!placed)
    return (
      <div className="tree-frame tree-waits">
        <Loading what="the layout of the tree" rows={8} />
      </div>
    );
  return <Laid {...props} placed={placed} />;
}

function Laid({
  drawing,
  placed,
  path,
  found,
  verdicts,
  at,
  onWalk,
  onOpen,
}: Props & { placed: Placed }) {
  const [, navigate] = useLocation();
  const frame = useRef<HTMLDivElement>(null);
  const pan = usePan(frame);
  const [zoom, setZoom] = useState(1);
  const { self, nodes, edges } = drawing;
  const current =
    nodes.find(({ id, lots }) => id === at || lots.some(({ lot }) => lot === at))?.id ?? self;

  const centre = (id: string, scale: number) => {
    const corner = placed.nodes.get(id);
    if (!corner || !frame.current) return;
    const { clientWidth, clientHeight } = frame.current;
    frame.current.scrollTo(
      (corner.x + NODE.width / 2) * scale - clientWidth / 2,
      (corner.y + NODE.height / 2) * scale - clientHeight / 2,
    );
  };
  const fit = () => {
    const { clientWidth, clientHeight } = frame.current!;
    const scale = Math.min(clientWidth / placed.width, clientHeight / placed.height);
    return ZOOMS.findLast((each) => each <= scale) ?? ZOOMS[0];
  };
  // A new drawing begins with the lot in the middle, as large as is readable.
  useEffect(() => {
    const scale = Math.min(1, Math.max(fit(), 0.85));
    setZoom(scale);
    requestAnimationFrame(() => centre(current, scale));
  }, [placed]);

  const zoomBy = (step: number) => {
    const index = Math.min(ZOOMS.length - 1, Math.max(0, ZOOMS.indexOf(zoom as 1) + step));
    setZoom(ZOOMS[index]!);
    requestAnimationFrame(() => centre(current, ZOOMS[index]!));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = ARROWS[event.key];
    const next =
      event.key === "Home"
        ? nodes.find(({ side }) => side === "self")?.id
        : direction && neighbour(placed, edges, current, direction);
    if (next === undefined) {
      if (direction) event.preventDefault();
      return;
    }
    event.preventDefault();
    onWalk(next);
    const element = frame.current?.querySelector<HTMLElement>(`[data-node="${next}"]`);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  return (
    <div className="tree-frame">
      <div
        ref={frame}
        className="tree-scroll"
        role="group"
        aria-label="Lots from left to right: what it was made from, this lot, what was made from it. Arrow keys walk, Enter opens, Home leads to this lot."
        onKeyDown={onKeyDown}
        {...pan}
      >
        <div
          className="tree-ground"
          style={{ width: placed.width * zoom, height: placed.height * zoom }}
        >
          <div
            className="tree-canvas"
            style={{ width: placed.width, height: placed.height, transform: `scale(${zoom})` }}
          >
            <svg width={placed.width} height={placed.height} aria-hidden="true">
              {edges.map((edge) => (
                <Edge
                  key={edge.id}
                  edge={edge}
                  points={placed.edges.get(edge.id) ?? []}
                  isBefore={nodes.find(({ id }) => id === edge.to)?.side !== "down"}
                  state={path && (edge.edges.some((one) => path.edges.has(one)) ? "on" : "off")}
                />
              ))}
            </svg>
            {nodes.map((node) => (
              <TreeNodeBox
                key={node.id}
                node={node}
                corner={placed.nodes.get(node.id)!}
                verdicts={verdicts}
                isCurrent={node.id === current}
                state={
                  path &&
                  (node.lots.some(({ lot }) => found?.has(lot))
                    ? "match"
                    : node.lots.some(({ lot }) => path.lots.has(lot))
                      ? "on"
                      : "off")
                }
                onFocus={() => {
                  if (node.id !== current) onWalk(node.id);
                }}
                onOpen={() =>
                  node.lots.length > 1 ? onOpen(node.id) : navigate(`/lots/${node.id}?view=tree`)
                }
              />
            ))}
          </div>
        </div>
      </div>
      <div className="tree-tools screen-only">
        <button type="button" aria-label="Smaller" onClick={() => zoomBy(-1)}>
          −
        </button>
        <output aria-label="Zoom">{Math.round(zoom * 100)} %</output>
        <button type="button" aria-label="Larger" onClick={() => zoomBy(1)}>
          +
        </button>
        <button
          type="button"
          onClick={() => {
            setZoom(fit());
            requestAnimationFrame(() => centre(self, fit()));
          }}
        >
          Fit
        </button>
        <button type="button" onClick={() => centre(self, zoom)}>
          This lot
        </button>
      </div>
      <Minimap frame={frame} placed={placed} drawing={drawing} zoom={zoom} path={path?.lots} />
    </div>
  );
}

interface EdgeProps {
  edge: NodeEdge;
  points: readonly Point[];
  /** It leads to the lot: its pieces stand at its beginning, where edges are apart. */
  isBefore: boolean;
  state: "on" | "off" | null;
}

function Edge({ edge, points, isBefore, state }: EdgeProps) {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const text = `${pieces(edge.pieces)}${edge.how === "assemble" ? " used" : ""}`;
  return (
    <g className={`tree-edge${state ? ` is-${state}` : ""}`}>
      <path d={curveThrough(points)} fill="none" />
      <path d={`M${last.x - 7} ${last.y - 4}L${last.x} ${last.y}L${last.x - 7} ${last.y + 4}`} />
      {isBefore ? (
        <text x={first.x + 6} y={first.y - 5}>
          {text}
        </text>
      ) : (
        <text x={last.x - 10} y={last.y - 5} textAnchor="end">
          {text}
        </text>
      )}
    </g>
  );
}

/** A smooth line through points: level at both ends. */
function curveThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  let at = first!;
  let d = `M${at.x} ${at.y}`;
  for (const next of rest) {
    const middle = (at.x + next.x) / 2;
    d += `C${middle} ${at.y} ${middle} ${next.y} ${next.x} ${next.y}`;
    at = next;
  }
  return d;
}
