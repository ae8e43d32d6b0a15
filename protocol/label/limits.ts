// Limits how much label text is read.

/** UTF-16 units in one code: more than any symbol holds (a QR code takes 7,089 digits). */
export const MAX_LABEL_LENGTH = 8_192;
/** Codes on one photo. */
export const MAX_LABEL_CODES = 32;
/** Fields in one code. The fullest labels have about thirty. */
export const MAX_LABEL_FIELDS = 256;
