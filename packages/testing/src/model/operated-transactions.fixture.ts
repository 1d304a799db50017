import type { Transaction } from '@holdfast/core';
import fc from 'fast-check';
import { same } from './checks.fixture.ts';
import { equal } from './documents.fixture.ts';
import { bad, because, goodPatch, ttl } from './operated-arbitraries.fixture.ts';
import type { Checked } from './operated-checks.fixture.ts';
import type { OperatedModel } from './operated-model.fixture.ts';
import { nameOf, pinKind, target } from './operated-targets.fixture.ts';
import { type Laid, type Next, valueOf } from './operated-value.fixture.ts';
import type { OperatedWorld } from './operated-world.fixture.ts';

const anyStep = fc.oneof(
  fc.constant('clear' as const),
  fc.record({ target, pin: pinKind }),
  ...[goodPatch, goodPatch, bad].map((content) =>
    fc.record({ content, ttl, persist: fc.boolean() }),
  ),
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

/** What the inputs of a model are after one step more; undefined for a step that cannot be. */
function nextBy(of: OperatedModel, { clock, peer, model }: OperatedWorld) {
  const now = clock.now();
  return (so: Next | undefined, one: Step): Next | undefined => {
    if (so === undefined) return undefined;
    if (one === 'clear') return { ...so, laid: [], isBack: false };
    if ('target' in one) {
      const to = nameOf(of, one.target);
      if (to === undefined) return so;
      const past = of.earlier(to);
      return past && of.back(so, past, { kind: one.pin, now });
    }
    const { content: patch, ttl: ms = Infinity, persist } = one;
    // they are in nobody's hands
    const id = `${model.version}, ${peer.model.version}, ${so.laid.length}, ${now}`;
    const laid: readonly Laid[] = [...so.laid, { id, patch, expiresAt: now + ms, persist }];
    return { ...so, laid, isBack: false };
  };
}

/** Notes a step down. */
function note(
  tx: Transaction,
  { app, model, ignores }: Checked & Pick<OperatedWorld, 'ignores'>,
  one: Step,
): void {
  if (one === 'clear') tx.clearOverrides(app);
  else if ('target' in one) {
    const to = nameOf(model, one.target);
    const goesBack = ignores !== 'that a transaction goes back';
    if (to !== undefined && goesBack) tx.rollback(app, to, { pin: one.pin });
  } else {
    const { ttl: ttlMs, persist, content } = one;
    tx.override(app, content, { persist, ...(ttlMs && { ttlMs }) });
  }
}

/** Does so, and holds the outcome against what the models say. */
export async function carryOut(world: OperatedWorld, { parts, against }: Plan): Promise<void> {
  const { clock, manager, ignores } = world;
  const both = [world, world.peer];
  const opposed = against && both[against.index]!.model;
  const before = opposed?.[against!.how];
  if (opposed) opposed[against.how] = true;
  const together = ignores === 'that a transaction is one' ? [[0], [1]] : [[0, 1]];
  const nexts = both.map(({ app, model }, i) => ({
    name: app.name,
    model,
    next: parts[i]!.reduce<Next | undefined>(nextBy(model, world), {
      docs: model.docs,
      laid: model.laid,
    }),
  }));
  const toBeAsked = askedBy(nexts, world.vetoAt);
  world.asked.length = 0;
  let went = true;
  for (const those of together) {
    const done = manager.transaction((tx) => {
      for (const i of those) for (const one of parts[i]!) note(tx, { ...both[i]!, ignores }, one);
    }, because);
    went =
      (await done.then(
        () => true,
        () => false,
      )) && went;
  }
  const until = world.asked.findIndex((call) => call.endsWith('healthCheck'));
  const asked = until < 0 ? world.asked : world.asked.slice(0, until);
  same(asked, toBeAsked, 'participants are asked');
  same(went, transact(nexts), 'the transaction is carried out');
  // what it let in that had waited is asked about, too
  await clock.advance(0);
  if (opposed) opposed[against.how] = before!;
}

/** What is to become of one config. */
interface Part {
  readonly name: string;
  readonly model: OperatedModel;
  readonly next: Next | undefined;
}

/** What participants are asked before the commit: nothing before all is checked, and none applies before all can. */
function askedBy(parts: readonly Part[], vetoAt: OperatedWorld['vetoAt']): readonly string[] {
  const values = parts.map(({ next }) => next && valueOf(next));
  if (values.includes(undefined)) return [];
  const changing = parts.filter(({ model }, i) => !equal(values[i], model.value));
  const calls: string[] = [];
  for (const phase of ['canApply', 'apply'] as const) {
    for (const { name, model } of changing) {
      calls.push(`${name} ${phase}`);
      if (model.vetoes && phase === vetoAt) return calls;
    }
  }
  return calls;
}

/** Several configs change together, or none of them; says whether they do. */
function transact(parts: readonly Part[]): boolean {
  const verdicts = new Set(parts.map(({ model, next }) => next && model.verdict(next)));
  if (verdicts.has('refused') || verdicts.has(undefined)) return false;
  const sick = verdicts.has('sick');
  for (const { model, next } of parts as readonly { model: OperatedModel; next: Next }[]) {
    if (sick) model.takeBack(next);
    else model.take(next);
  }
  return !sick;
}
