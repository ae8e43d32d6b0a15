// The card of rule V24, moisture and condition.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V24",
  name: "moisture and condition",
  version: 2,
  checks:
    "The parts stayed within their floor life (at 30 °C and 60 % relative humidity), and the loggers' readings within your policy's limits.",
  findings: {
    FLOOR_LIFE_USED: kind(
      "FAIL",
      "holder",
      "The parts were out of their dry pack as long as their moisture level allows, or longer. Bake them before use, and record the bake.",
    ),
    DRY_PACK_OLD: kind(
      "WARN",
      "holder",
      "The dry pack was sealed longer ago than your policy allows. Read its humidity card before use, and bake the parts if the card requires it.",
    ),
    HUMIDITY_CARD_FAILED: kind(
      "WARN",
      "holder",
      "The humidity card in the pack had changed colour, and no bake is recorded since. Bake the parts before use, and record the bake.",
    ),
    CONDITION_GAP: kind(
      "WARN",
      "actor",
      "The logger recorded nothing for longer than your policy allows. Ask the party that had the goods at the time what happened.",
    ),
    TEMPERATURE_OUTSIDE: kind(
      "WARN",
      "actor",
      "The logger read a temperature outside your policy's limits. Ask the carrier about it, and inspect the parts.",
    ),
    HUMIDITY_OUTSIDE: kind(
      "WARN",
      "actor",
      "The logger read a higher humidity than your policy allows. Check the dry pack and its humidity card before use.",
    ),
    BAKE_BEFORE_USE: kind(
      "INFO",
      "holder",
      "Parts of this moisture level must always be baked before use. Plan the bake, and record it.",
    ),
  },
  unknowns: {
    MSL_NOT_SAID:
      "The moisture sensitivity level is not stated. Read it from the manufacturer's label or data sheet.",
    SEAL_DATE_NOT_SAID:
      "Parts of this level come in a dry pack, but its seal date is not stated. Read it from the label of the pack.",
    FLOOR_LIFE_NOT_SAID:
      "The floor life of parts of this level after a bake is printed on their label only, and is not stated here. Read it from the label.",
    MOISTURE_WITHHELD:
      "Data about the dry pack is withheld or missing, so the floor life cannot be computed. Ask the parties that held the lot for it.",
    LOGGER_GAP_NOT_SAID:
      "The logger's readings come without its longest gap, so readings may be missing. Ask the party that recorded them for the logger's file.",
    CONDITION_NOT_FOLLOWED:
      "The trail has a gap, so the condition of the pack cannot be followed to its end. Ask the sender for the newest trail.",
  },
} satisfies Card;
