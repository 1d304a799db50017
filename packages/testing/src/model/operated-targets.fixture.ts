import fc from 'fast-check';
import type { OperatedModel } from './operated-model.fixture.ts';
import type { Ignored } from './operated-world.fixture.ts';

/** What to go back to: so many versions back, or one of the snapshots. */
export type Target = { readonly back: number } | { readonly saved: number };

export const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({ back: fc.nat(5) }),
  fc.record({ saved: fc.nat(3) }),
);

export const pinKind = fc.constantFrom('document', 'all');

/** What it is called; undefined where nobody knows whether it is there. */
export function nameOf(
  { version, past, saved }: OperatedModel,
  to: Target,
): number | string | undefined {
  if ('saved' in to) return saved[to.saved % saved.length]?.id;
  const wanted = version - to.back;
  const known = past.some((one) => one.version === wanted);
  // a process that has just begun has versions from its beginning
  return known || wanted <= 0 || to.back === 0 ? wanted : undefined;
}

/** What the engine is asked for. */
export function asked(
  { saved }: OperatedModel,
  to: number | string,
  ignores: Ignored | undefined,
): number | string {
  if (typeof to === 'number') return ignores === 'which version is asked for' ? to - 1 : to;
  return ignores === 'which snapshot is asked for' ? saved[0]!.id : to;
}
