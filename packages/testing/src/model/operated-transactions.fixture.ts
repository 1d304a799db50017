import type { Transaction } from '@holdfast/core';
import fc from 'fast-check';
import { same } from './checks.fixture.ts';
import { bad, because, good, ttl } from './operated-arbitraries.fixture.ts';
import type { OperatedModel } from './operated-model.fixture.ts';
import type { Laid, Next } from './operated-value.fixture.ts';
import type { OperatedWorld } from './operated-world.fixture.ts';

const anyStep = fc.oneof(
  fc.constant('clear' as const),
  ...[good, good, bad].map((content) => fc.record({ content, ttl, persist: fc.boolean() })),
);
const steps = fc.array(anyStep, { minLength: 1, maxLength: 2 });

/** What is done with the one config and the other, and which of them somebody has something against. */
export const transactions = fc.record({
  parts: fc.tuple(steps, steps),
  against: fc.option(
    fc.record({ index: fc.constantFrom(0, 1), how: fc.constantFrom('vetoes', 'sick') }),
    { nil: undefined },
  ),
});

type Of<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Step = Of<typeof anyStep>;
export type Plan = Of<typeof transactions>;

/** The overrides after one step more. */
function laidBy({ clock, peer, model }: OperatedWorld) {
  return (laid: readonly Laid[], one: Step): readonly Laid[] => {
    if (one === 'clear') return [];
    const { content: patch, ttl: ms = Infinity, persist } = one;
    // they are in nobody's hands
    const id = `${model.version}, ${peer.model.version}, ${laid.length}, ${clock.now()}`;
    return [...laid, { id, patch, expiresAt: clock.now() + ms, persist }];
  };
}

/** Does so, and holds the outcome against what the models say. */
export async function carryOut(world: OperatedWorld, { parts, against }: Plan): Promise<void> {
  const { clock, manager, ignores } = world;
  const both = [world, world.peer];
  const opposed = against && both[against.index]!.model;
  const before = opposed?.[against!.how];
  if (opposed) opposed[against.how] = true;
  const note = (tx: Transaction, i: number): void => {
    for (const one of parts[i]!) {
      if (one === 'clear') tx.clearOverrides(both[i]!.app);
      else {
        const { ttl: ttlMs, persist, content } = one;
        tx.override(both[i]!.app, content, { persist, ...(ttlMs && { ttlMs }) });
      }
    }
  };
  const together = ignores === 'that a transaction is one' ? [[0], [1]] : [[0, 1]];
  let went = true;
  for (const those of together) {
    const done = manager.transaction((tx) => those.forEach((i) => note(tx, i)), because);
    went =
      (await done.then(
        () => true,
        () => false,
      )) && went;
  }
  const nexts = both.map(({ model }, i) => ({
    model,
    next: { docs: model.docs, laid: parts[i]!.reduce(laidBy(world), model.laid) },
  }));
  same(went, transact(nexts), 'the transaction is carried out');
  if (opposed) opposed[against.how] = before!;
  await clock.advance(0);
}

/** Several configs change together, or none of them; says whether they do. */
function transact(
  parts: readonly { readonly model: OperatedModel; readonly next: Next }[],
): boolean {
  const verdicts = new Set(parts.map(({ model, next }) => model.verdict(next)));
  if (verdicts.has('refused')) return false;
  const sick = verdicts.has('sick');
  for (const { model, next } of parts) {
    if (sick) model.takeBack(next);
    else model.take(next);
  }
  return !sick;
}
