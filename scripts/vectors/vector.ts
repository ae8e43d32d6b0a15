// Defines a vector: one file under test/vectors/.

/** A vector: one sentence about it, its input and its outcome. */
export type Vector = { about: string } & Record<string, unknown>;
/** The vectors of one kind, by `valid/name` or `invalid/name`. */
export type Vectors = Record<string, Vector>;
