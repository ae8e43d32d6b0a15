// Lists the tiles of a log, for tests that compare the stored tiles with the complete list.
import { type TileId, hashesOnLevel, TILE_WIDTH } from "../../protocol/log/tiles.ts";

/** Every tile of a log of this size, one level after the other. */
export function* tilesOf(size: number): Generator<TileId> {
  for (let level = 0; hashesOnLevel(size, level) > 0; level++)
    for (let index = 0; index * TILE_WIDTH < hashesOnLevel(size, level); index++)
      yield { level, index };
}
