import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoldfastError } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import { combined } from './refresh-all.ts';

const error = new HoldfastError('LOAD_FAILED', 'down');
const byWeight: readonly Outcome[] = [
  { kind: 'failed', error },
  { kind: 'refused', error },
  { kind: 'vetoed', error },
  { kind: 'held' },
  { kind: 'accepted', version: 2, changed: true },
  { kind: 'accepted', version: 1, changed: false },
  { kind: 'unchanged' },
];

test('combined() gives the outcome that matters most, in any order', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...byWeight], { minLength: 1 }), (outcomes) => {
      expect(combined(outcomes)).toBe(byWeight.find((outcome) => outcomes.includes(outcome)));
    }),
  );
});
