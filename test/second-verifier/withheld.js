// Checks withheld entries: whether one may hide an ancestor of the trail's lots, or pieces.
import { makes, openEntries } from "./trail-item.js";

const [SPLIT, ASSEMBLE] = [7, 8];

const madeOne = (item, lots) =>
  (item.event.action === SPLIT || item.event.action === ASSEMBLE) &&
  [...lots].some((lot) => makes(item, lot));

/** Reports entries that must not be withheld, of an event that the ledger has recorded: its record names all lots. */
export function checkRecorded(item, { event, lines }, lots, findings) {
  const madeOurs = madeOne(item, lots);
  item.event.entries.forEach((entry, index) => {
    if (typeof entry !== "string") return;
    const hidden = lots.has(event.entries[index].lot) || (madeOurs && lines[index].origin !== 0);
    if (hidden) findings.add("ENTRY_WITHHELD", item.digest);
  });
}

/** Reports entries that must not be withheld, of an event that the ledger has not added up. */
export function checkUnrecorded(item, isLogged, lots, findings) {
  const { action, entries } = item.event;
  if (openEntries(item).length === entries.length) return;
  if (isLogged && madeOne(item, lots)) findings.add("ENTRY_WITHHELD_IN_LOG", item.digest);
  else if (action === SPLIT) findings.add("ENTRY_WITHHELD", item.digest);
}
