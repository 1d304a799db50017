/** Smaller documents are read and validated as a whole: that is quick enough. */
export const LARGE_BYTES = 32_768;

/** Smaller documents take some milliseconds in all: they are through in one turn. */
export const LONG_BYTES = 1_048_576;
