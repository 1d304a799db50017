import { type Answer, RETRY_AFTER_MS, type Schedule } from './simulate.ts';

const INTERVAL_MS = 60_000;

/** A simple schedule: the wait after an answer, in milliseconds, after so many failures in a row. */
export interface Rival {
  readonly name: string;
  waitMs(answer: Answer, failures: number, random: () => number): number;
}

const jittered = (random: () => number): number => INTERVAL_MS * (0.9 + 0.2 * random());

/** What one finds in the field. All poll at once when they start. */
export const RIVALS: readonly Rival[] = [
  { name: 'no jitter', waitMs: () => INTERVAL_MS },
  { name: '±10 %', waitMs: (_answer, _failures, random) => jittered(random) },
  {
    name: 'classic backoff from 1 s',
    waitMs(answer, failures, random) {
      if (answer === 'fine') return jittered(random);
      const backoff = random() * Math.min(1_000 * 2 ** failures, INTERVAL_MS);
      return answer === 'busy' ? Math.max(backoff, RETRY_AFTER_MS) : backoff;
    },
  },
];

/** A fleet of clients that wait as a rival does. */
export class RivalFleet implements Schedule {
  readonly #rival: Rival;
  readonly #random: () => number;
  readonly #failures: Uint8Array;

  constructor(rival: Rival, clients: number, random: () => number) {
    this.#rival = rival;
    this.#random = random;
    this.#failures = new Uint8Array(clients);
  }

  start(): number {
    return 0;
  }

  asks(): boolean {
    return true;
  }

  skip(_client: number, now: number): number {
    return now;
  }

  answered(client: number, now: number, answer: Answer): number {
    this.#failures[client] = answer === 'fine' ? 0 : Math.min(this.#failures[client]! + 1, 30);
    return now + this.#rival.waitMs(answer, this.#failures[client], this.#random);
  }
}
