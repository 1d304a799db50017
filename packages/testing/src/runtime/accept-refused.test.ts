import { expect, test } from 'vitest';
import { because, polled, schemaOf, settledLayers } from './layers.fixture.ts';

test.each([
  ['SCHEMA_FAILED', { version: 1, rev: 9, a: 'typo' }],
  ['VERSION_REFUSED', { version: 2, rev: 9, a: 1 }],
])(
  'acceptRefused() takes nothing that the origin replaced by what is refused as %s',
  async (code, newer) => {
    const schema = schemaOf(({ a }) => typeof a === 'number') as never;
    const made = await settledLayers(
      { origin: { value: { version: 1, rev: 5, a: 1 } } },
      { config: { monotonic: 'rev', accepts: 1, schema } },
    );
    const { app, loaders, record } = made;
    loaders.origin.next({ version: 1, rev: 3, a: 1 });
    expect(await polled(made)).toMatchObject({ error: { code: 'WENT_BACK' } });
    loaders.origin.next(newer);
    expect(await polled(made)).toMatchObject({ error: { code } });
    expect(app.status.lastFailure).toMatchObject({ code });
    expect(app.status.sources[0]!.waiting).toBeUndefined();
    expect(record.of('document.refused').map(({ kept }) => kept)).toEqual([true, false]);
    expect(await app.acceptRefused(because)).toEqual({ kind: 'unchanged' });
    expect(app.current).toMatchObject({ rev: 5 });
  },
);
