import { expect, test } from 'vitest';
import { z } from 'zod';
import { polled, settledLayers } from './layers.fixture.ts';

const doc = { log: 'info', pool: { size: 4 } };
const wrong = { log: 'loud', pool: { size: 8 } };
const levels = z.enum(['debug', 'info', 'warn']);

function schemaWith(log: z.ZodType) {
  return z.object({ log, pool: z.object({ size: z.int() }) });
}

test('a default per field is the schema’s own: with .catch() one field falls back, and the rest applies', async () => {
  const config = { schema: schemaWith(levels.catch('warn')) };
  const made = await settledLayers({ origin: { value: doc } }, { config });
  made.loaders.origin.next(wrong);
  expect(await polled(made)).toMatchObject({ kind: 'accepted' });
  expect(made.app.current).toEqual({ log: 'warn', pool: { size: 8 } });
  expect(made.app.status.state).toBe('fresh');
  // what the document says is still told as it is
  expect(await made.app.explain('log')).toMatchObject({
    value: 'loud',
    from: 'origin',
    kind: 'source',
  });
  expect(await made.app.sourceOf('log')).toBe('origin');
});

test('a document with a field that is wrong is refused where the schema catches nothing: no default takes its place', async () => {
  const config = { schema: schemaWith(levels), defaults: { log: 'warn' } };
  const made = await settledLayers({ origin: { value: doc } }, { config });
  made.loaders.origin.next(wrong);
  expect(await polled(made)).toMatchObject({
    kind: 'refused',
    error: { message: expect.stringContaining('log: Invalid option') },
  });
  expect(made.app.current).toEqual(doc);
});
