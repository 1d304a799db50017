import { mockLoader } from '@holdfast/testing';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { isFrozen, ROOMY } from '../document/json.fixture.ts';
import { seal } from '../document/seal.ts';
import { share } from '../document/share.ts';
import { Validation } from '../document/validation.ts';
import { resolveConfig } from '../options/config.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { documentOf } from './document.fixture.ts';
import { resolve } from './resolve.ts';
import { resolveBeside } from './resolve-beside.ts';
import type { Decided } from './tools.ts';

/** Resolves one document after the other, as if each were accepted; they say that they are so large. */
function rig(schema: unknown, length = 40_000) {
  const policy = resolveConfig('app', { loader: mockLoader(), schema });
  const validation = new Validation(policy);
  const whole = vi.fn<Decided['resolve']>((merged, before) =>
    resolve(merged, { before, validation }),
  );
  let snapshot: Snapshot | undefined;
  const next = async (document: object): Promise<unknown> => {
    const before = snapshot?.merged;
    const merged = seal(share(before, document), before, ROOMY);
    const documents = [documentOf({}, { bytes: new Uint8Array(length) })];
    const config = { policy, state: { inputs: { documents }, snapshot }, resolve: whole };
    const resolution = await resolveBeside(config, merged);
    if (resolution.kind === 'refused') throw resolution.error;
    snapshot = { merged, value: resolution.value, version: 1, trigger: 'poll', at: 0 };
    return resolution.value;
  };
  return { next, whole };
}

const app = z.object({ a: z.object({ n: z.number() }), b: z.string().default('b') });

test('resolveBeside() validates only what changed of a large document, and seals what comes of it', async () => {
  const { next, whole } = rig(app);
  await next({ a: { n: 1 } });
  const value = await next({ a: { n: 2 } });
  expect(value).toEqual({ a: { n: 2 }, b: 'b' });
  expect(isFrozen(value)).toBe(true);
  expect(whole).toHaveBeenCalledTimes(1);
});

test('resolveBeside() leaves document and value one tree where the schema transforms nothing', async () => {
  const { next, whole } = rig(app);
  await next({ a: { n: 1 }, b: 'x' });
  const document = { a: { n: 2 }, b: 'x' };
  expect(await next(document)).toBe(document);
  expect(whole).toHaveBeenCalledTimes(1);
});

test('resolveBeside() validates a small document as a whole', async () => {
  const { next, whole } = rig(app, 1_000);
  await next({ a: { n: 1 } });
  expect(await next({ a: { n: 2 } })).toEqual({ a: { n: 2 }, b: 'b' });
  expect(whole).toHaveBeenCalledTimes(2);
});

test('resolveBeside() says of what is not valid what the whole run says', async () => {
  const { next, whole } = rig(app);
  await next({ a: { n: 1 } });
  const words = 'does not fit the schema: a.n: Invalid input: expected number, received string';
  await expect(next({ a: { n: 'x' }, b: 'other' })).rejects.toThrow(words);
  expect(whole).toHaveBeenCalledTimes(2);
  // the document in force is the one before
  expect(await next({ a: { n: 2 } })).toEqual({ a: { n: 2 }, b: 'b' });
  expect(whole).toHaveBeenCalledTimes(2);
});

test('resolveBeside() says of what cannot be served what the whole run says', async () => {
  const { next } = rig(
    z.object({ at: z.string().transform((at) => (at === '' ? 0 : new Date(at))) }),
  );
  await next({ at: '' });
  await expect(next({ at: '2026' })).rejects.toThrow('a Date');
});

test('resolveBeside() asks an asynchronous schema about the whole, whatever changed', async () => {
  const asked = vi.fn<() => Promise<boolean>>(async () => true);
  const { next, whole } = rig(z.object({ a: z.string().refine(asked), b: z.number() }));
  await next({ a: 'x', b: 1 });
  await next({ a: 'x', b: 2 });
  expect(whole).toHaveBeenCalledTimes(2);
  expect(asked.mock.calls.length).toBe(2 * 2); // zod tries first whether it can answer at once
});

test('resolveBeside() asks a schema that once answered later about the whole from then on', async () => {
  const later = async (): Promise<boolean> => true;
  const { next, whole } = rig(z.object({ a: z.string().refine(later).optional(), b: z.number() }));
  await next({ b: 1 });
  await next({ b: 2 });
  expect(whole).toHaveBeenCalledTimes(1);
  await next({ a: 'x', b: 2 });
  await next({ b: 3, a: 'x' });
  expect(whole).toHaveBeenCalledTimes(3);
});

test('resolveBeside() survives a schema that throws or rejects where something changed', async () => {
  const schema = z.object({
    a: z.string().transform((a) => {
      if (a === 'bad') throw new Error('hunter2');
      return a;
    }),
    b: z.number(),
  });
  const { next } = rig(schema);
  await next({ a: 'good', b: 1 });
  await expect(next({ a: 'bad', b: 1 })).rejects.toThrow('the schema threw (Error)');
  expect(await next({ a: 'fine', b: 2 })).toEqual({ a: 'fine', b: 2 });
});

test('resolveBeside() asks no schema where there is none', async () => {
  const { next, whole } = rig(undefined);
  await next({ a: 1 });
  expect(await next({ a: 2 })).toEqual({ a: 2 });
  expect(whole).toHaveBeenCalledTimes(2);
});
