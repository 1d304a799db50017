import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process holds at a moment. */
export interface Sample {
  /** Seconds since the start. */
  readonly at: number;
  /** Bytes, once all garbage is gone. */
  readonly heap: number;
  /** Bytes. */
  readonly rss: number;
  /** Of TCP, also those that listen. */
  readonly sockets: number;
  /** Of the process: those of libraries, too. */
  readonly timers: number;
  /** Of the managers' clock. */
  readonly ownTimers: number;
  /** Of the process, for signals and the like. */
  readonly processListeners: number;
  /** Change listeners that something still holds. */
  readonly changeListeners: number;
  /** Polls so far. */
  readonly polls: number;
}

/** What is held open, by the kinds that samples count. */
export type Held = Pick<Sample, 'sockets' | 'timers' | 'processListeners'>;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of heap in use once all garbage is gone; what is finalized in between is, too. */
export async function heapUsed(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collect();
    await new Promise((resolve) => void setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

/** Sockets, timers and listeners of this process. */
export function heldNow(): Held {
  const kinds = process.getActiveResourcesInfo();
  const count = (kind: RegExp): number => kinds.filter((each) => kind.test(each)).length;
  return {
    sockets: count(/^(TCP|TLS)/),
    timers: count(/^Timeout$/),
    processListeners: process.eventNames().reduce((n, name) => n + process.listenerCount(name), 0),
  };
}
