import { expect, test } from 'vitest';
import { type AuditOptions, resolveAudit } from './audit.ts';
import { OptionCheck } from './check.ts';
import { refusalOf, VALUES, without } from './refusals.fixture.ts';

const resolve = (options: unknown) =>
  resolveAudit(options as AuditOptions, new OptionCheck('the config manager'));

test('resolveAudit() keeps a thousand records and has no sink', () => {
  expect(resolve(undefined)).toEqual({ keep: 1_000, sink: undefined });
  expect(resolve({ keep: undefined })).toEqual({ keep: 1_000, sink: undefined });
});

test('resolveAudit() takes any object that can write', () => {
  const sink = { write: async () => {} };
  expect(resolve({ keep: 1, sink })).toEqual({ keep: 1, sink });
});

test.each(VALUES)('resolveAudit() refuses keep: %s', (keep, shown) => {
  expect(refusalOf(() => resolve({ keep }))).toBe(
    `Cannot use "audit.keep" of the config manager as it must be a whole number from 1 to 100000: current value is ${shown}`,
  );
});

test.each(without(null).concat([[{ close() {} }, 'an object']]))(
  'resolveAudit() refuses the sink %s',
  (sink, shown) => {
    expect(refusalOf(() => resolve({ sink }))).toBe(
      `Cannot use "audit.sink" of the config manager as it must be an object with write(): current value is ${shown}`,
    );
  },
);
