import { seededRandom } from '@holdfast/testing';

/** Chance that comes out the same for the same seed: all that a fuzzer does follows from it. */
export class Chance {
  readonly #next: () => number;

  /** `seeds`: mixed, so that neighbours have nothing in common. */
  constructor(...seeds: readonly number[]) {
    this.#next = seededRandom(seeds.reduce((mixed, seed) => mix(mixed ^ seed), 0x9e3779b9));
  }

  /** From 0 up to, never including, `below`. */
  int(below: number): number {
    return Math.floor(this.#next() * below);
  }

  /** A number to start another chance with. */
  seed(): number {
    return this.int(2 ** 32);
  }

  /** True in this share of cases. */
  happens(share: number): boolean {
    return this.#next() < share;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.int(choices.length)]!;
  }

  /** One in many small ones is large: sizes of real things are like that. */
  size(most: number): number {
    return this.int(this.int(this.int(most) + 1) + 1);
  }
}

function mix(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
