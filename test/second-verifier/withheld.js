// Checks withheld entries: whether one may hide a lot of the trail, or pieces.
import { takesLots } from "./replay.js";
import { makes, openEntries } from "./trail-item.js";

/** Reports entries that must not be withheld, of an event that the ledger has recorded: its record names all lots. */
export function checkRecorded(item, { event, lines }, lots, findings) {
  const madeOurs = takesLots(item) && lots.some((lot) => makes(item, lot));
  item.event.entries.forEach((entry, index) => {
    if (typeof entry !== "string") return;
    const hidden =
      lots.includes(event.entries[index].lot) || (madeOurs && lines[index].origin !== 0);
    if (hidden) findings.add("ENTRY_WITHHELD", item.digest);
  });
}

/** Reports entries that must not be withheld, of an event that the ledger has not added up. */
export function checkUnrecorded(item, isLogged, findings) {
  if (!takesLots(item) || openEntries(item).length === item.event.entries.length) return;
  findings.add(isLogged ? "ENTRY_WITHHELD_IN_LOG" : "ENTRY_WITHHELD", item.digest);
}
