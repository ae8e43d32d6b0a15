// What a vector is: one file under test/vectors/.

/** What a vector shows, in one sentence, and its input and outcome. */
export type Vector = { about: string } & Record<string, unknown>;
/** Vectors of one kind by `valid/name` or `invalid/name`. */
export type Vectors = Record<string, Vector>;
