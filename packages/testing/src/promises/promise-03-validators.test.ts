import { httpLoader } from '@holdfast/loaders/http';
import { createTestManager } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import type { ConfigServer } from '@holdfast/testing/config-server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { edited, everyMinute, first, poll, settledScene, utf8 } from './scene.fixture.ts';

const tag = (name: string) => ({ validator: { etag: `"${name}"` } });
const sent = (known: { readonly etag?: string | undefined } | undefined) => known?.etag;

test('promise 3: the first request bears no validator, the second that of the accepted document', async () => {
  const made = await settledScene();
  made.loader.next(edited({ revision: 2 }), tag('two'));
  await poll(made);
  await poll(made);
  expect(made.loader.asked[0]!.known).toBeUndefined();
  expect(made.loader.asked.at(-1)!.known).toEqual({ origin: 'mock:mock', etag: '"two"' });
});

test('promise 3: a document without a validator takes the old one away', async () => {
  const made = await settledScene();
  made.loader.next(edited({ revision: 2 }), { validator: false });
  await poll(made);
  await poll(made);
  expect(made.loader.asked.at(-1)!.known).toBeUndefined();
});

test('promise 3: the validator of a truncated body is never sent, and the whole one is taken', async () => {
  const made = await settledScene();
  made.loader.next(utf8('{"revision": 2, "po'), tag('cut'));
  await poll(made);
  await made.clock.advance(300_000);
  made.loader.next(edited({ revision: 2 }), tag('cut')); // the same tag, now with the whole body
  await made.clock.advance(120_000);
  expect(made.app.current.revision).toBe(2);
  const tags = made.loader.asked.map(({ known }) => sent(known));
  expect(tags.slice(0, tags.indexOf('"cut"')).length).toBeGreaterThan(5);
  expect(made.loader.asked.findIndex(({ known }) => sent(known) === '"cut"')).toBe(
    firstAskedAfter(made, 2),
  );
});

test('promise 3: the validator of a wrong-shaped document is never sent, and each poll loads it again', async () => {
  const schema = z.object({ revision: z.number() });
  const made = await settledScene({ config: { schema } });
  made.loader.next({ revision: 'two' }, tag('wrong'));
  await made.clock.advance(300_000);
  expect(made.record.of('document.refused').length).toBeGreaterThan(2);
  expect(made.loader.asked.map(({ known }) => sent(known))).not.toContain('"wrong"');
  made.loader.next({ revision: 2 }, tag('wrong'));
  await made.clock.advance(120_000);
  expect(made.app.current.revision).toBe(2);
});

test('promise 3: the validator of a held document is not sent before it is in force', async () => {
  const made = await settledScene({ config: { updates: { max: 1, windowMs: 600_000 } } });
  made.loader.next(edited({ revision: 2 }), tag('held'));
  expect(await poll(made)).toMatchObject({ kind: 'held' });
  await made.clock.advance(400_000);
  expect(made.app.current.revision).toBe(1);
  expect(made.loader.asked.map(({ known }) => sent(known))).not.toContain('"held"');
  await made.clock.advance(200_000); // the window opens
  expect(made.app.current.revision).toBe(2);
  await poll(made);
  expect(sent(made.loader.asked.at(-1)!.known)).toBe('"held"');
});

test('promise 3: the validator of a document that waits for an operator is not sent before it is taken', async () => {
  const wide = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i]));
  const made = await settledScene({ loader: { value: wide } });
  made.loader.next({ key0: 0 }, tag('kept'));
  await poll(made);
  await made.clock.advance(300_000);
  expect(made.loader.asked.map(({ known }) => sent(known))).not.toContain('"kept"');
  await made.app.acceptRefused({ by: 'me', reason: 'planned' });
  expect(made.app.current).toEqual({ key0: 0 });
  await poll(made);
  expect(sent(made.loader.asked.at(-1)!.known)).toBe('"kept"');
});

test('promise 3: a 200 with the same tag and other content is a change', async () => {
  const made = await settledScene();
  made.loader.next(edited({ revision: 2 }), tag('same'));
  await poll(made);
  made.loader.next(edited({ revision: 3 }), { ...tag('same'), always: true });
  expect(await poll(made)).toMatchObject({ kind: 'accepted', changed: true, version: 3 });
  expect(made.app.current.revision).toBe(3);
});

test('promise 3: a 200 with another tag and the same content is none, but its tag is sent from then on', async () => {
  const made = await settledScene();
  const heard: unknown[] = [];
  made.app.onChange((value) => heard.push(value));
  made.loader.next(structuredClone(first), tag('other'));
  expect(await poll(made)).toEqual({ kind: 'unchanged' });
  await poll(made);
  expect(sent(made.loader.asked.at(-1)!.known)).toBe('"other"');
  expect(heard).toEqual([]);
});

test('promise 3: "unchanged" about a document that nobody holds is a failure, and heals', async () => {
  const made = await settledScene({ loader: { value: first }, config: { defaults: {} } });
  made.loader.next(edited({ revision: 2 }), { validator: false });
  await poll(made);
  made.loader.unchanged(1);
  expect(await poll(made)).toMatchObject({ kind: 'failed', error: { code: 'LOAD_FAILED' } });
  await made.clock.advance(150_000);
  expect(made.app.status.state).toBe('fresh');
});

test('promise 3: a young validator is not sent at the next poll', async () => {
  const made = await settledScene();
  made.loader.next(edited({ revision: 2 }), { ...tag('young'), hints: { young: true } });
  await poll(made);
  made.loader.next(edited({ revision: 2 }), tag('young'));
  await poll(made);
  expect(made.loader.asked.at(-1)!.known).toBeUndefined();
  await poll(made);
  expect(sent(made.loader.asked.at(-1)!.known)).toBe('"young"');
});

test('promise 3: once in revalidateMs a poll asks for the whole document, so that a tag that lies is found out', async () => {
  const polling = { ...everyMinute, revalidateMs: 600_000 };
  const made = await settledScene({ config: { polling } });
  made.loader.next(edited({ revision: 2 }), tag('lies'));
  await poll(made);
  made.loader.next(edited({ revision: 3 }), tag('lies'));
  await made.clock.advance(300_000);
  expect(made.app.current.revision).toBe(2);
  await made.clock.advance(500_000);
  expect(made.app.current.revision).toBe(3);
});

/** Index of the first request that was made after version `version` was in force. */
function firstAskedAfter(
  { record, loader }: Awaited<ReturnType<typeof settledScene>>,
  version: number,
): number {
  const at = record.of('config.changed').find((event) => event.version === version)!.at;
  return loader.asked.findIndex((load) => load.at > at);
}

/** A config of a real server; polled by hand. */
async function overHttp(server: ConfigServer) {
  const { manager, clock } = createTestManager();
  const loader = httpLoader({ url: server.url('/app.json'), proxyFromEnvironment: false });
  const app = manager.register<{ n: number }>('app', {
    loader,
    schema: z.object({ n: z.number(), fill: z.string().optional() }) as never,
    updates: { max: 2, windowMs: 60_000 },
  });
  return { manager, clock, app: app as unknown as { current: { n: number } } & typeof app };
}

test.each(['strong', 'weak'] as const)(
  'promise 3: over HTTP no %s tag of a cut, wrong or held document is ever sent',
  async (etags) => {
    await using server = await configServer({ etags });
    const tags: string[] = [];
    const serve = (document: object, name: string): void => {
      const etag = etags === 'weak' ? `W/"${name}"` : `"${name}"`;
      tags.push(etag);
      server.set('/app.json', document, { etag });
    };
    serve({ n: 1, fill: 'x'.repeat(500) }, 'one');
    const { manager, clock, app } = await overHttp(server);
    const refreshed = async () => (await clock.track(app.refresh())).kind;
    expect(await refreshed()).toBe('accepted');

    serve({ n: 2, fill: 'x'.repeat(500) }, 'two');
    await server.fault('cut', { times: 1 });
    expect(await refreshed()).toBe('failed');
    serve({ n: 'two' }, 'wrong');
    expect(await refreshed()).toBe('refused');
    server.set('/app.json', '{"n": 2, "fi', { etag: '"half"' });
    expect(await refreshed()).toBe('refused');
    serve({ n: 2 }, 'two');
    expect(await refreshed()).toBe('accepted');
    serve({ n: 3 }, 'held');
    expect(await refreshed()).toBe('held');
    expect(await refreshed()).toBe('held');
    await clock.advance(60_000);
    expect(app.current.n).toBe(3);
    expect(await refreshed()).toBe('unchanged');

    const asked = server.requests.map(({ headers }) => headers['if-none-match']);
    const [one, two] = tags;
    expect(asked.slice(0, 7)).toEqual([undefined, one, one, one, one, two, two]);
    expect(asked.at(-1)).toBe(tags.at(-1));
    expect(server.requests.at(-1)!.status).toBe(304);
    await manager.close();
  },
);
