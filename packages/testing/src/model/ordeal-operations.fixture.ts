import { type ConfigHandle, isHoldfastError, type StateDocument } from '@holdfast/core';
import fc from 'fast-check';
import { asked, type Call, nothing } from './ordeal-call.fixture.ts';
import {
  type Deed,
  GONE,
  type OrdealLedger,
  PIN,
  type Undertaking,
} from './ordeal-ledger.fixture.ts';
import type { OrdealProcess, OrdealValue } from './ordeal-process.fixture.ts';
import type { OrdealWorld } from './ordeal-world.fixture.ts';

type Lasting = { readonly persist: boolean; readonly ttlMs?: number };
type Ledgers = readonly OrdealLedger[];

const by = 'operator';

const lasting: fc.Arbitrary<Lasting> = fc.record(
  { persist: fc.boolean(), ttlMs: fc.constantFrom(1_000, 100_000, 10_000_000) },
  { requiredKeys: ['persist'] },
);

const back = fc.record({
  back: fc.integer({ min: 1, max: 3 }),
  pin: fc.constantFrom('document' as const, 'all' as const),
});

const isOverride = (name: string): boolean => name !== PIN;

/** Whether the error says that nothing has changed. */
function isWithout(error: unknown): boolean {
  return (
    isHoldfastError(error) &&
    !['CACHE_FAILED', 'CLOSED'].includes(error.code) &&
    !error.message.includes('stays in force')
  );
}

/** Does `work`; what came of it goes into the ledgers. */
async function noted<T>(
  ledgers: Ledgers,
  deed: (name: string) => Deed,
  work: Promise<T>,
  note: (ledger: OrdealLedger, one: Undertaking, result: T | undefined) => void,
): Promise<T> {
  const begun = ledgers.map((ledger) => [ledger, ledger.begin(deed)] as const);
  try {
    const result = await work;
    for (const [ledger, one] of begun) note(ledger, one, result);
    return result;
  } catch (error) {
    if (isWithout(error)) for (const [ledger, one] of begun) note(ledger, one, undefined);
    throw error;
  } finally {
    for (const [ledger, one] of begun) ledger.end(one);
  }
}

/** Overrides are known by why they were set: that survives restarts and imports. */
function nextName(world: OrdealWorld): string {
  return `override ${(world.overrides += 1)}`;
}

function override({ app, world }: OrdealProcess, options: Lasting): Promise<unknown> {
  const name = nextName(world);
  return noted(
    [world.ledgers.app],
    (other) => (other === name ? 'brings' : 'nothing'),
    app.override({ laid: 'over' }, { by, reason: name, ...options }),
    (ledger, one, result) =>
      noteOverride(ledger, one, { name, options, set: result !== undefined }),
  );
}

function noteOverride(
  ledger: OrdealLedger,
  one: Undertaking,
  { name, options, set }: { name: string; options: Lasting; set: boolean },
): void {
  if (!set) ledger.note(one, name, GONE);
  else if (options.ttlMs === undefined)
    ledger.note(one, name, { there: true, kept: options.persist });
}

/** Takes all overrides away. */
export function clearOverrides(
  { world }: OrdealProcess,
  handle: ConfigHandle<OrdealValue>,
): Promise<unknown> {
  return noted(
    [world.ledgerOf(handle)],
    (name) => (isOverride(name) ? 'takes' : 'nothing'),
    handle.clearOverrides({ by, reason: 'to clear' }),
    (ledger, one, outcome) => {
      if (outcome && !('error' in outcome)) ledger.noteTaken(one, isOverride);
    },
  );
}

function rollback(
  { app, world }: OrdealProcess,
  given: { back: number; pin: 'document' | 'all' },
): Promise<unknown> {
  return noted(
    [world.ledgers.app],
    () => 'either',
    app.rollback(app.status.version - given.back, { by, reason: 'to go back', pin: given.pin }),
    () => {},
  );
}

function pin({ app, world }: OrdealProcess): Promise<unknown> {
  return noted(
    [world.ledgers.app],
    (name) => (isOverride(name) ? 'nothing' : 'brings'),
    app.pin({ by, reason: 'to pin' }),
    (ledger, one, outcome) => {
      if (outcome) ledger.note(one, PIN, { there: true, kept: true });
    },
  );
}

export function unpin({ app, world }: OrdealProcess): Promise<unknown> {
  return noted(
    [world.ledgers.app],
    (name) => (isOverride(name) ? 'nothing' : 'takes'),
    app.unpin({ by, reason: 'to unpin' }),
    (ledger, one, outcome) => {
      if (outcome) ledger.note(one, PIN, GONE);
    },
  );
}

const what = fc.record({
  clears: fc.boolean(),
  back: fc.constantFrom(0, 0, 1),
  /** Whether the other config has a part in it. */
  both: fc.boolean(),
  lasting,
});

type What = typeof what extends fc.Arbitrary<infer W> ? W : never;

/** All that take part get the same mark, or none does. */
function transaction(process: OrdealProcess, { lasting: options, ...given }: What) {
  const { app, other, manager, world } = process;
  const name = nextName(world);
  const mark = world.overrides;
  const handles = given.both ? [app, other] : [app];
  if (given.both) world.paired.add(mark);
  const work = manager.transaction(
    (tx) => {
      if (given.back > 0) tx.rollback(app, app.status.version - given.back);
      for (const handle of handles) {
        if (given.clears) tx.clearOverrides(handle);
        tx.override(handle, { mark }, options);
      }
    },
    { by, reason: name },
  );
  const deed = (one: string): Deed => {
    if (given.back > 0) return 'either';
    if (one === name) return 'brings';
    return given.clears && isOverride(one) ? 'takes' : 'nothing';
  };
  const ledgers = handles.map((handle) => world.ledgerOf(handle));
  return noted(ledgers, deed, work, (ledger, one, outcomes) => {
    if (given.clears && outcomes) ledger.noteTaken(one, isOverride);
    noteOverride(ledger, one, { name, options, set: outcomes !== undefined });
  });
}

async function exportState({ manager, world }: OrdealProcess): Promise<void> {
  const exported = await manager.exportState();
  const documents = Object.values(exported.configs['app']?.sources ?? {});
  // what is no value comes into force nowhere
  if (documents.some((document) => document !== null)) world.exported = exported;
}

/** Makes the configs what was exported last. */
export async function importState({ manager, world }: OrdealProcess): Promise<unknown> {
  const { exported } = world;
  if (exported === undefined) return undefined;
  const { app, other } = world.ledgers;
  return noted(
    [app, other],
    () => 'either',
    manager.importState(exported, { by, reason: 'to import' }),
    (ledger, one, result) => {
      const name = ledger === app ? 'app' : 'other';
      if (result?.outcomes.has(name)) noteImport(ledger, one, exported.configs[name]!);
    },
  );
}

function noteImport(
  ledger: OrdealLedger,
  one: Undertaking,
  { overrides, pin: pinned }: StateDocument['configs'][string],
): void {
  const names = new Set(overrides.map(({ reason }) => reason));
  ledger.noteTaken(one, (name) => isOverride(name) && !names.has(name));
  for (const { reason: name, persist, expiresAt } of overrides)
    if (expiresAt === undefined) ledger.note(one, name, { there: true, kept: persist });
  ledger.note(one, PIN, { there: pinned !== null, kept: true });
}

/** What operators do that is kept. */
export const promises: readonly fc.Arbitrary<Call>[] = [
  asked('override', lasting, override),
  asked('clearOverrides', nothing, (process) => clearOverrides(process, process.app)),
  asked('rollback', back, rollback),
  asked('pin', nothing, pin),
  asked('unpin', nothing, unpin),
  asked('transaction', what, transaction),
  asked('exportState', nothing, exportState),
  asked('importState', nothing, importState),
  // often nothing was exported before
  asked('importState', nothing, importState),
];
