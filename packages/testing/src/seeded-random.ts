import { OptionChecks } from '@holdfast/core/options';

/**
 * Random numbers that come out the same for the same seed, on every runtime (mulberry32: 32 bits of state, a period of
 * 2³², good enough for jitter and for shuffling test cases; never for secrets). Hand it over wherever a `random` is
 * asked for.
 *
 * @param seed Any finite number; only its lowest 32 bits count.
 * @returns A function like `Math.random`: from 0 up to, never including, 1.
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isFinite(seed)) {
    throw new OptionChecks('seededRandom()').fail('seed', 'a finite number', seed);
  }
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
