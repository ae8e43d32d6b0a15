// Draws a box around each code that was read, over the picture in which it was found.
import type { Reading } from "../reader/reader.ts";

export function CodeBoxes({ reading: { codes, width, height } }: { reading: Reading }) {
  return (
    <svg
      className="boxes"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid meet"
      aria-hidden="true"
    >
      {codes.map(({ text, corners }) => (
        <polygon key={text} points={corners.map(({ x, y }) => `${x},${y}`).join(" ")} />
      ))}
    </svg>
  );
}
