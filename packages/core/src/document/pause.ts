/** Ends the turn of the event loop, and goes on in the next one: what came meanwhile gets the thread in between. */
export type Pause = () => Promise<void>;
