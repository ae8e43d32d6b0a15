// Shows one node of the graph: a lot with its verdict, part and pieces, or several lots of one part.
import type { VerdictName } from "../../../protocol/verdict/verdict.ts";
import { pieces, VERDICT_WORDS } from "../../verify/words.ts";
import { VERDICTS } from "../../../protocol/verdict/words.ts";
import type { TreeNode } from "./grouping.ts";
import { NODE, type Point } from "./walk.ts";

interface Props {
  node: TreeNode;
  corner: Point;
  verdicts: ReadonlyMap<string, VerdictName> | undefined;
  isCurrent: boolean;
  /** With a search: found, on the way to one that is found, or neither. */
  state: "match" | "on" | "off" | null;
  onFocus(): void;
  onOpen(): void;
}

/** The gravest verdict of a node's lots; undefined while none is known. */
export function verdictOf(
  { lots }: Pick<TreeNode, "lots">,
  verdicts: ReadonlyMap<string, VerdictName> | undefined,
): VerdictName | undefined {
  const present = lots.flatMap(({ lot }) => verdicts?.get(lot) ?? []);
  return VERDICTS.find((verdict) => present.includes(verdict));
}

export function TreeNodeBox({ node, corner, verdicts, isCurrent, state, onFocus, onOpen }: Props) {
  const { id, lots, side } = node;
  const [first] = lots;
  const isGroup = lots.length > 1;
  const verdict = verdictOf(node, verdicts);
  const name = isGroup
    ? `${lots.length} lots`
    : side === "self" && first!.lotNumber === null
      ? "this lot"
      : (first!.lotNumber ?? "no number shown");
  const part = first!.mpn ?? "part not shown";
  const spoken = [
    " pieces",
    verdict ? `${isGroup ? "gravest verdict" : "verdict"} ${verdict}` : "not verified yet",
    ...(isGroup ? ["collapsed: Enter expands them"] : []),
    ...(side === "self" ? ["this lot"] : []),
  ].join(", ");
  return (
    <button
      type="button"
      data-node={id}
      className={[
        "tree-node",
        `is-${side}`,
        ...(isGroup ? ["is-group"] : []),
        ...(state ? [`is-${state}`] : []),
        verdict ? `tone-${verdict}` : "tone-INFO",
      ].join(" ")}
      style={{ left: corner.x, top: corner.y, width: NODE.width, height: NODE.height }}
      tabIndex={isCurrent ? 0 : -1}
      aria-current={side === "self" ? "true" : undefined}
      aria-expanded={isGroup ? false : undefined}
      title={isGroup ? `${name} of ${part}` : name}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <span className="tree-sign" aria-hidden="true">
        {verdict ? VERDICT_WORDS[verdict].sign : "·"}
      </span>
      <span className="tree-text">
        <strong>{isGroup ? `${name} ▸` : name} </strong>
        <span>{part} </span>
      </span>
      <span className="tree-pieces">
        {pieces(node.pieces)}
        <span className="visually-hidden">{spoken}</span>
      </span>
    </button>
  );
}
