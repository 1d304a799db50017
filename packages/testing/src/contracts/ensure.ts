import { systemClock } from '@holdfast/core';

/** An adapter broke a rule. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
}

/** Fails the case unless `holds`; its rule is put before what was seen. */
export function ensure(holds: boolean, seen: string): asserts holds {
  if (!holds) throw new ContractViolation(seen);
}

/** How something settled. */
export type Settled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

/** How `work` settles; `undefined` when it does not within `patienceMs`. Never rejects. */
export function settled<T>(
  work: () => Promise<T> | T,
  patienceMs = 2_000,
): Promise<Settled<T> | undefined> {
  return new Promise((resolve) => {
    // holds the process open: a runner would else take the silence for the end of the test
    const timer = systemClock.setTimer(patienceMs, () => resolve(undefined), { keepAlive: true });
    const end = (how: Settled<T>): void => {
      timer.cancel();
      resolve(how);
    };
    new Promise<T>((done) => done(work())).then(
      (value) => end({ ok: true, value }),
      (error: unknown) => end({ ok: false, error }),
    );
  });
}

/** Real time passes: sources under contract are real ones. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    systemClock.setTimer(ms, resolve, { keepAlive: true });
  });
}

/** What a value looks like, for a message: short, and never an error itself. */
export function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return (JSON.stringify(value, sizeForBytes) ?? String(value)).slice(0, 200);
  } catch {
    return `a ${typeof value}`;
  }
}

function sizeForBytes(_: string, part: unknown): unknown {
  return part instanceof Uint8Array ? `${part.length} bytes` : part;
}

/** Whether two JSON values say the same, in whatever order of keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(Reflect.get(a, key), Reflect.get(b, key)))
  );
}

/** Whether two arrays hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
