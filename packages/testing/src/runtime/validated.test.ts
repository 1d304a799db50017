import { secret } from '@holdfast/core/zod';
import { createTestManager, mockLoader } from '@holdfast/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';

const asked = vi.fn<() => boolean>(() => true);
afterEach(() => asked.mockClear());

const service = z
  .object({ url: z.url(), token: secret(z.string()), weight: z.number().default(1) })
  .refine(asked);
const schema = z.object({ services: z.record(z.string(), service), level: z.string() });

/** A document of 60 kB. */
const documentOf = (token: string, level = 'info') => ({
  services: Object.fromEntries(
    Array.from({ length: 1_000 }, (_, i) => [
      `service-${i}`,
      { url: `http://${i}.test/`, token: i === 7 ? token : 'hunter2' },
    ]),
  ),
  level,
});

const bytesOf = (document: object): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(document));

async function scene() {
  const loader = mockLoader({ value: bytesOf(documentOf('first')) });
  const { manager, clock } = createTestManager();
  const app = manager.register('app', { loader, schema });
  await clock.advance(0);
  expect(asked).toHaveBeenCalledTimes(1_000);
  asked.mockClear();
  /** What comes of a document, and how many services the schema was asked about. */
  const next = async (document: object) => {
    loader.next(bytesOf(document));
    const refreshed = app.refresh();
    await clock.advance(0);
    const { kind } = await refreshed;
    const { calls } = asked.mock;
    asked.mockClear();
    return { kind, asked: calls.length };
  };
  return { app, next, clock };
}

test('a poll asks the schema about what changed in a large document, and about nothing else', async () => {
  const { app, next } = await scene();
  const before = app.current;
  expect(await next(documentOf('second'))).toEqual({ kind: 'accepted', asked: 1 });
  const { services } = app.current;
  expect(services['service-7']!.token.reveal()).toBe('second');
  expect(services['service-7']!.weight).toBe(1);
  expect(services['service-8']).toBe(before.services['service-8']);
  expect(await next(documentOf('second', 'debug'))).toEqual({ kind: 'accepted', asked: 0 });
  expect(app.current.services).toBe(services);
});

test('a poll is told by the whole schema what is wrong with a large document', async () => {
  const { app, next } = await scene();
  const document = documentOf('second');
  Object.assign(document.services['service-9']!, { url: 9 });
  expect(await next(document)).toMatchObject({ kind: 'refused' });
  expect(app.status.lastFailure?.message).toMatch(/services\.service-9\.url: .*expected string/);
  expect(app.current.services['service-7']!.token.reveal()).toBe('first');
  expect(await next(documentOf('third'))).toEqual({ kind: 'accepted', asked: 1 });
});

test('an override of a large document asks the schema about what it is laid over', async () => {
  const { app, clock } = await scene();
  const because = { by: 'ann@example.com', reason: 'an incident' };
  const set = app.override({ services: { 'service-7': { weight: 5 } } }, because);
  await clock.advance(0);
  const held = await set;
  expect(app.current.services['service-7']!.weight).toBe(5);
  const cleared = held.clear(because);
  await clock.advance(0);
  await cleared;
  expect(app.current.services['service-7']!.weight).toBe(1);
  expect(asked.mock.calls.length).toBeLessThan(1_000);
});
