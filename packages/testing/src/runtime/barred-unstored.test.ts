import { Secret } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ann, begin, brings, type Kept, keeps, soon } from './history.fixture.ts';

const schema = z.object({ size: z.int(), name: z.string().optional() });

/** A document that no cache may keep comes into force. */
async function bringsUnstored(made: Kept): Promise<void> {
  made.loader.next({ size: 2, name: 'NO-STORE' }, { hints: { doNotStore: true } });
  await soon(made, made.app.refresh());
}

/** What a cache has seen over all its time. */
function everStored() {
  const inner = memoryCache();
  const seen: string[] = [];
  const cache = {
    ...inner,
    write: async (key: string, bytes: Uint8Array) => {
      seen.push(new TextDecoder().decode(bytes));
      await inner.write(key, bytes);
    },
  };
  return { cache, seen };
}

test('rollback() writes nothing of a document that must not be stored, and bars it over a restart', async () => {
  const { cache, seen } = everStored();
  const made = await keeps({ cache, schema });
  await bringsUnstored(made);
  await soon(made, made.app.rollback(1, ann));
  await soon(made, made.manager.close());
  expect(seen.join()).toContain('"kind":"document"');
  expect(seen.join()).not.toContain('NO-STORE');

  // in other bytes it is the same document
  const again = begin({ cache, schema, value: { name: 'NO-STORE', size: 2 } });
  await again.clock.advance(61_000);
  expect(again.app.current).toEqual({ size: 1 });
  expect(again.app.status.sources[0]!.waiting).toEqual({ kind: 'barred' });
  await brings(again, { size: 3 });
  expect(again.app.current).toEqual({ size: 3 });
  await soon(again, again.manager.close());
  expect(seen.join()).not.toContain('NO-STORE');
});

test('a failed health check writes nothing of a document that must not be stored', async () => {
  const { cache, seen } = everStored();
  const made = await keeps({ cache, schema });
  made.app.attach({ name: 'pool', apply: () => {}, healthCheck: () => 'it is ill' });
  await bringsUnstored(made);
  expect(made.app.current).toEqual({ size: 1 });
  await soon(made, made.manager.close());
  expect(seen.join()).toContain('"kind":"document"');
  expect(seen.join()).not.toContain('NO-STORE');
});

test('rollback() from a value with a secret writes nothing of it, though none is in force then', async () => {
  const { cache, seen } = everStored();
  const hides = schema.transform(({ name, ...rest }) => ({
    ...rest,
    ...(name && { name: new Secret(name) }),
  }));
  const made = await keeps({ cache, schema: hides });
  await brings(made, { size: 2, name: 'hunter2' });
  await soon(made, made.app.rollback(1, ann));
  await soon(made, made.manager.close());
  expect(seen.join()).not.toContain('hunter2');
});
