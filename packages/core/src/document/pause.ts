/** Ends the turn of the event loop, and goes on in the next one: what came meanwhile gets the thread in between. */
export type Pause = () => Promise<void>;

/** Smaller documents take some milliseconds in all: they are through in one turn. */
export const LONG_BYTES = 1_048_576;
