// Lists the characters that no text of the protocol may have, as ranges of code points. The list is fixed: verifiers with
// other versions of Unicode must refuse the same texts. test/protocol/base/text.test.ts makes it again from Unicode's data.

/** The version of Unicode from whose data the list was made. */
export const UNICODE_VERSION = "17.0";

/**
 * Control, format, private-use and surrogate characters (Cc, Cf, Co, Cs), separators other than the space (Zl, Zp, Zs),
 * Default_Ignorable_Code_Point, Noncharacter_Code_Point, and characters that are shown as a blank or as nothing: U+2800,
 * U+13441, U+13442, U+16FE4, U+1D159. Hexadecimal, both ends included.
 */
export const UNWANTED_CHARACTERS =
  "0000-001F 007F-00A0 00AD 034F 0600-0605 061C 06DD 070F 0890-0891 08E2 115F-1160 1680 17B4-17B5 180B-180F 2000-200F " +
  "2028-202F 205F-206F 2800 3000 3164 D800-F8FF FDD0-FDEF FE00-FE0F FEFF FFA0 FFF0-FFFB FFFE-FFFF 110BD 110CD 13430-1343F " +
  "13441-13442 16FE4 1BCA0-1BCA3 1D159 1D173-1D17A 1FFFE-1FFFF 2FFFE-2FFFF 3FFFE-3FFFF 4FFFE-4FFFF 5FFFE-5FFFF 6FFFE-6FFFF " +
  "7FFFE-7FFFF 8FFFE-8FFFF 9FFFE-9FFFF AFFFE-AFFFF BFFFE-BFFFF CFFFE-CFFFF DFFFE-E0FFF EFFFE-10FFFF";

/** A pattern of one of these characters. */
export const unwantedCharacters = (flags: "u" | "gu"): RegExp =>
  new RegExp(
    `[${UNWANTED_CHARACTERS.replaceAll(/[0-9A-F]+/g, "\\u{$&}").replaceAll(" ", "")}]`,
    flags,
  );
