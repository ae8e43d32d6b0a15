// V24: parts that moisture harms kept dry, and what a logger read on the way was within bounds.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V24",
  name: "moisture and condition",
  version: 1,
  looksAt:
    "moisture level, dry pack, floor life (at 30 °C and 60 % relative humidity), bakes, humidity cards, and loggers on the way",
  findings: {
    FLOOR_LIFE_USED: kind(
      "FAIL",
      "holder",
      "The parts were out of their dry pack for as long as their level allows, or longer: bake them before use, and record it.",
    ),
    DRY_PACK_OLD: kind(
      "WARN",
      "holder",
      "The dry pack was sealed longer ago than it keeps by your policy: read its humidity card before use, and bake if it asks for it.",
    ),
    HUMIDITY_CARD_FAILED: kind(
      "WARN",
      "holder",
      "The humidity card in the pack had turned, and no bake is recorded since: bake the parts before use, and record it.",
    ),
    CONDITION_GAP: kind(
      "WARN",
      "actor",
      "The logger was silent for longer than your policy allows: ask whoever had the goods then what became of them.",
    ),
    TEMPERATURE_OUTSIDE: kind(
      "WARN",
      "actor",
      "The logger read a temperature outside of what your policy allows: ask the carrier, and inspect the parts.",
    ),
    HUMIDITY_OUTSIDE: kind(
      "WARN",
      "actor",
      "The logger read more humidity than your policy allows: look at the dry pack and its card before use.",
    ),
    BAKE_BEFORE_USE: kind(
      "INFO",
      "holder",
      "Parts of this moisture level must be baked before use, however new the pack: plan for it, and record the bake.",
    ),
  },
  unknowns: {
    MSL_NOT_SAID:
      "The moisture sensitivity level is not said: read it off the maker's label or data sheet.",
    SEAL_DATE_NOT_SAID:
      "Parts of this level come in a dry pack, and when it was sealed is not said: read it off the pack's label.",
    FLOOR_LIFE_NOT_SAID:
      "How long parts of this level may be out after a bake stands on their label alone, and is not said: read it there.",
    MOISTURE_WITHHELD:
      "Something about the dry pack is withheld or not shown, so the clock cannot be read: ask the parties that had the lot.",
    LOGGER_GAP_NOT_SAID:
      "A logger's readings are told without its longest silence, so something may be left out: ask for the logger's file.",
    CONDITION_NOT_FOLLOWED:
      "The trail breaks off, so what became of the pack later cannot be seen: ask for the newest trail.",
  },
} satisfies Card;
