import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheKey, HoldfastError } from '@holdfast/core';
import { Secret } from '@holdfast/core';
import { secret } from '@holdfast/core/zod';
import { fileCache } from '@holdfast/loaders/file-cache';
import { mockLoader } from '@holdfast/testing';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { tempFolder } from '../promises/process.fixture.ts';
import { type Trial, trial } from './always.fixture.ts';

const PLANTED = 'hunter2-hunter2';
const other = 'swordfish-swordfish';
const doc = (password: string) => ({ db: { password, host: 'db.test' } });

const keyOf = (id: string, fill: number): CacheKey => ({ id, key: new Uint8Array(32).fill(fill) });

/** Each way to say what is secret. */
const WAYS: Readonly<Record<string, object>> = {
  'a schema of zod': {
    schema: z.object({ db: z.object({ password: secret(z.string()), host: z.string() }) }),
  },
  'an option': { secrets: ['db.password'] },
  'a schema that makes a Secret': {
    schema: v.object({
      db: v.object({
        password: v.pipe(
          v.string(),
          v.transform((text) => new Secret(text)),
        ),
        host: v.string(),
      }),
    }),
  },
};

/** A config whose documents are kept in `directory`; without a password its source is down. */
function kept(directory: string, password: string | undefined, more: object = {}, config = {}) {
  const loader = mockLoader({ value: doc(password ?? '') });
  if (password === undefined) loader.fail(Infinity);
  const app = trial<ReturnType<typeof doc>>({
    loader,
    config: { updates: false, secrets: ['db.password'], ...config },
    manager: { cache: fileCache({ directory }), ...more },
    secrets: 'schema' in config ? [PLANTED, other] : [],
  });
  const change = async (next: string): Promise<void> => {
    loader.next(doc(next));
    expect((await app.poll()).outcome).toMatchObject({ kind: 'accepted' });
    await app.clock.advance(0); // until it is written
  };
  return { app, loader, change };
}

/** The password that a process of its own starts with while its source is down. */
async function startsWith(directory: string, more: object): Promise<string | undefined> {
  const { app } = kept(directory, undefined, more);
  await app.clock.advance(15_000);
  const password = app.app.status.version === 0 ? undefined : app.app.current.db.password;
  await app[Symbol.asyncDispose]();
  return password;
}

/** All that is on the disk, as text. */
async function onDisk(directory: string): Promise<string> {
  const names = await readdir(directory);
  const texts = names.map((name) => readFile(join(directory, name), 'latin1'));
  return [...names, ...(await Promise.all(texts))].join('\n');
}

async function runs(directory: string, more: object, config: object = {}): Promise<void> {
  const { app, change } = kept(directory, PLANTED, more, config);
  await app.poll();
  await change(other);
  await change(PLANTED);
  await app[Symbol.asyncDispose]();
}

const warnings = ({ lines }: Trial<ReturnType<typeof doc>>): readonly string[] =>
  lines.filter(({ text }) => text.includes('cacheKeys')).map(({ text }) => text);

const failures = ({ record }: Trial<ReturnType<typeof doc>>): readonly string[] =>
  record.of('cache.failed').map(({ error }) => `${error.code} ${error.message}`);

test.each(Object.entries(WAYS))(
  'D8 secrets of %s are encrypted on the disk, and read again with the key',
  async (_, config) => {
    await using folder = await tempFolder();
    const keys = { cacheKeys: [keyOf('2026', 1)] };
    await runs(folder.path, keys, config);
    const text = await onDisk(folder.path);
    expect(text).toContain('"keyId":"2026"');
    for (const hidden of [PLANTED, other, 'db.test']) expect(text).not.toContain(hidden);
    for (const name of await readdir(folder.path))
      expect((await stat(join(folder.path, name))).mode & 0o777).toBe(0o600);
    expect(await startsWith(folder.path, keys)).toBe(PLANTED);
  },
);

test.each(Object.entries(WAYS))(
  'D8 without a key secrets of %s are not written, and it says so once',
  async (_, config) => {
    await using folder = await tempFolder();
    const { app, change } = kept(folder.path, PLANTED, {}, config);
    await app.poll();
    await change(other);
    await app.clock.advance(300_000);
    expect(await readdir(folder.path)).toEqual([]);
    expect(warnings(app)).toEqual([
      'holdfast: config "app": it holds secrets, so that nothing of it is cached: give cacheKeys to the manager',
    ]);
    expect(failures(app)).toEqual([]);
    await app[Symbol.asyncDispose]();
  },
);

test('D8 what an older release wrote in clear is used once, and gone', async () => {
  await using folder = await tempFolder();
  await runs(folder.path, {}, { secrets: [] });
  expect(await onDisk(folder.path)).toContain(PLANTED);
  expect(await startsWith(folder.path, {})).toBe(PLANTED);
  expect(await readdir(folder.path)).toEqual([]);
});

test('D8 a key that is given later leaves neither generation in clear', async () => {
  await using folder = await tempFolder();
  await runs(folder.path, {}, { secrets: [] });
  const keys = { cacheKeys: [keyOf('2026', 1)] };
  const { app } = kept(folder.path, PLANTED, keys);
  await app.poll();
  await app[Symbol.asyncDispose]();
  expect(await readdir(folder.path)).toHaveLength(2);
  for (const hidden of [PLANTED, other]) expect(await onDisk(folder.path)).not.toContain(hidden);
  expect(await startsWith(folder.path, keys)).toBe(PLANTED);
});

test('D8 keys are rotated by their ids: after one confirmed poll the old one can go', async () => {
  await using folder = await tempFolder();
  const [old, fresh] = [keyOf('2026', 1), keyOf('2027', 2)];
  await runs(folder.path, { cacheKeys: [old] });
  const { app } = kept(folder.path, PLANTED, { cacheKeys: [fresh, old] });
  await app.poll();
  await app[Symbol.asyncDispose]();
  expect(await onDisk(folder.path)).not.toContain('"2026"');
  expect(await startsWith(folder.path, { cacheKeys: [fresh] })).toBe(PLANTED);
});

type Spoil = (path: string, bytes: Buffer) => Promise<unknown>;
const flip =
  (at: (length: number) => number): Spoil =>
  (path, bytes) => {
    const copy = Buffer.from(bytes);
    copy[at(copy.length)]! ^= 1;
    return writeFile(path, copy);
  };

test.each<[string, CacheKey[], Spoil | undefined, string]>([
  ['no key', [], undefined, 'key "2026", which is not in cacheKeys'],
  ['a key of another id', [keyOf('2027', 1)], undefined, 'key "2026", which is not in cacheKeys'],
  ['a wrong key of this id', [keyOf('2026', 2)], undefined, 'key "2026" does not open it'],
  ['its last byte changed', [keyOf('2026', 1)], flip((n) => n - 1), 'key "2026" does not open it'],
  ['its header changed', [keyOf('2026', 1)], flip(() => 1), 'record'],
])(
  'D8 a record with %s is told of by the id of its key, and the origin heals it',
  async (_, cacheKeys, spoil, words) => {
    await using folder = await tempFolder();
    await runs(folder.path, { cacheKeys: [keyOf('2026', 1)] });
    for (const name of spoil ? await readdir(folder.path) : []) {
      const path = join(folder.path, name);
      await chmod(path, 0o600);
      await spoil!(path, await readFile(path));
    }
    const { app, loader } = kept(folder.path, undefined, { cacheKeys });
    await app.clock.advance(15_000);
    expect(app.app.status.version).toBe(0);
    // once, of both generations
    expect(failures(app)).toEqual([expect.stringMatching(/^CACHE_FAILED /)]);
    expect(failures(app)[0]).toContain(words);
    loader.heal();
    loader.next(doc(PLANTED));
    await app.heals(doc(PLANTED));
    await app[Symbol.asyncDispose]();
    const again = await startsWith(folder.path, { cacheKeys });
    expect(again).toBe(cacheKeys.length > 0 ? PLANTED : undefined);
  },
);

test.each([
  ['with a key it is encrypted', [keyOf('2026', 1)], other],
  ['without a key it is refused', [], undefined],
])('D8 a secret in an override that outlives the process: %s', async (_, cacheKeys, expected) => {
  await using folder = await tempFolder();
  const { app } = kept(folder.path, PLANTED, { cacheKeys });
  await app.poll();
  const terms = { by: 'ann', reason: 'rotation', persist: true };
  const set = app.app.override({ db: { password: other } }, terms);
  const code = await set.then(
    () => undefined,
    (error: HoldfastError) => error.code,
  );
  expect(code).toBe(expected === undefined ? 'INVALID_OPTIONS' : undefined);
  await app.clock.advance(0);
  await app[Symbol.asyncDispose]();
  for (const hidden of [PLANTED, other]) expect(await onDisk(folder.path)).not.toContain(hidden);
  expect(await startsWith(folder.path, { cacheKeys })).toBe(expected);
});
