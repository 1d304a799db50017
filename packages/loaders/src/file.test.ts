import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative as relativeTo } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type JsonValue,
  type Loader,
  type LoadRequest,
  type LoadResult,
  systemClock,
} from '@holdfast/core';
import { parseJson } from '@holdfast/core/json';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { envLoader } from './env.ts';
import { fileLoader } from './file.ts';
import { type Timed, timed } from './file/timed.fixture.ts';

const LIMITS = { maxWireBytes: 10_000, maxBytes: 10_000, maxDepth: 64, maxKeys: 1_000 };

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-file-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Written long ago, as far as the loader can see. */
async function write(name: string, text: string): Promise<void> {
  await writeFile(at(name), text);
  await utimes(at(name), 1, 1);
}

/** A load whose waits take no time; `onSleep` is what happens meanwhile. */
function load(
  loader: Loader,
  request: Partial<LoadRequest> & { readonly onSleep?: () => Promise<unknown> } = {},
): Promise<LoadResult> {
  const { onSleep, ...rest } = request;
  const sleep = async (): Promise<void> => void (await onSleep?.());
  const time = { ...systemClock, sleep };
  return loader.load({ signal: new AbortController().signal, time, limits: LIMITS, ...rest });
}

async function read(loader: Loader, request: Parameters<typeof load>[1] = {}): Promise<unknown> {
  const result = await load(loader, request);
  if (result.kind !== 'loaded') return result.kind;
  if (loader.decode) return loader.decode(result, LIMITS);
  return parseJson(result.raw as Uint8Array);
}

/** What a watch tells; `ended` is what it rejects with. */
function listen(loader: Loader, terms: Timed['terms']) {
  const told: string[] = [];
  const ended = loader.watch!({
    ...terms,
    limits: LIMITS,
    known: () => undefined,
    connected: () => told.push('connected'),
    changed: () => told.push('changed'),
    offer: () => told.push('offer'),
  }).catch((error: unknown) => error);
  return { told, ended };
}

test('fileLoader() merges several files, the later above the earlier, each in its own format', async () => {
  await write('a.json', '{"a":{"x":1,"y":[1,2]},"b":null}');
  await write('b.yaml', 'a:\n  y: [3]\nb: 5\n');
  await write('c.toml', '[a]\nz = "c"\n');
  const loader = fileLoader({ paths: [at('a.json'), pathToFileURL(at('b.yaml')), at('c.toml')] });
  expect(await read(loader)).toEqual({ a: { x: 1, y: [3], z: 'c' }, b: 5 });
});

test('fileLoader() merges what fits a pattern in the order of the names by code units', async () => {
  for (const name of ['b', '10', '9', 'B', 'a', '.a'])
    await write(`${name}.json`, `{"last":"${name}","${name}":1}`);
  await write('c.json~', 'not read');
  const merged = (await read(fileLoader({ glob: at('*.json') }))) as object;
  expect(merged).toEqual({ last: 'b', '10': 1, '9': 1, B: 1, a: 1, b: 1 });
});

test('fileLoader() says which of several files is wrong, and where', async () => {
  await write('a.json', '{}');
  for (const [text, says] of [
    ['a: [', '(%) is not valid YAML at line 1, column 5'],
    ['- 1', '(%) has no object at the top'],
    ['# nothing yet', '(%) has no object at the top'],
    ['a: .inf', '(%) is not JSON: it is Infinity at a'],
  ] as const) {
    await write('b.yaml', text);
    const loader = fileLoader({ paths: [at('a.json'), at('b.yaml')] });
    await expect(read(loader)).rejects.toThrow(says.replace('%', at('b.yaml')));
  }
});

test('fileLoader() fails while one of its files is missing, and is absent when all are', async () => {
  await write('a.json', '{}');
  const listed = fileLoader({ paths: [at('a.json'), at('b.json')] });
  await expect(load(listed)).rejects.toThrow(`${at('b.json')} is not there`);
  await rm(at('a.json'));
  const both = `there is no file ${at('a.json')}, ${at('b.json')}`;
  expect(await load(listed)).toEqual({ kind: 'absent', missing: both });
  // the whole path, though it was given from here
  const path = relativeTo(process.cwd(), at('a.json'));
  const missing = `there is no file ${at('a.json')}`;
  expect(await load(fileLoader({ path }))).toEqual({ kind: 'absent', missing });
  for (const pattern of [at('*.json'), at('none/*.json')]) {
    const none = { kind: 'absent', missing: `there is no file ${pattern}` };
    expect(await load(fileLoader({ glob: pattern }))).toEqual(none);
  }
});

test('fileLoader() names its files as they were given, and binds the cache to where they are', () => {
  const relative = fileLoader({ path: 'app.json' });
  expect(relative.name).toBe('file app.json');
  expect(relative.key).toContain(join(process.cwd(), 'app.json'));
  expect(fileLoader({ paths: ['a.json', 'b.yaml'] }).name).toBe('file a.json, b.yaml');
  expect(fileLoader({ glob: 'conf.d/*.yaml' }).name).toBe('file conf.d/*.yaml');
  const options = [{ path: 'a.json' }, { paths: ['a.json'] }, { path: 'a.json', format: 'yaml' }];
  expect(new Set(options.map((each) => fileLoader(each as { path: string }).key)).size).toBe(3);
});

test('fileLoader() says that an empty list is one', () => {
  expect(() => fileLoader({ paths: [] })).toThrow(
    'Cannot use "paths" of fileLoader() as it must be a list of one file or more: current value is an empty list',
  );
});

test('fileLoader() leaves one file of JSON to the engine, and watches unless told not to', () => {
  const path = 'app.json';
  expect('decode' in fileLoader({ path })).toBe(false);
  expect('decode' in fileLoader({ path, format: 'json5' })).toBe(true);
  expect('watch' in fileLoader({ path })).toBe(true);
  expect('watch' in fileLoader({ path, watch: false })).toBe(false);
});

test('load() sees an edit of the same size whose time was set back', async () => {
  await write('app.json', '{"n":1}');
  const loader = fileLoader({ path: at('app.json') });
  const first = await load(loader);
  const { validator: known } = first as { validator: { origin: string } };
  expect(await load(loader, { known })).toEqual({ kind: 'unchanged' });
  await write('app.json', '{"n":2}');
  expect(await read(loader, { known })).toEqual({ n: 2 });
});

test('load() tells of a file that changed just now that its revision is too young', async () => {
  await writeFile(at('app.json'), '{}');
  expect(await load(fileLoader({ path: at('app.json') }))).toMatchObject({
    hints: { young: true },
  });
  await utimes(at('app.json'), 1, 1);
  expect(await load(fileLoader({ path: at('app.json') }))).not.toHaveProperty('hints');
});

test('load() waits until a file holds still', async () => {
  let text = 'a: 1\n';
  await writeFile(at('app.yaml'), text);
  let sleeps = 0;
  const onSleep = async (): Promise<void> => {
    sleeps += 1;
    text += `k${sleeps}: 1\n`;
    if (sleeps <= 5) await writeFile(at('app.yaml'), text);
  };
  const value = await read(fileLoader({ path: at('app.yaml') }), { onSleep });
  expect(Object.keys(value as object)).toEqual(['a', 'k1', 'k2', 'k3', 'k4', 'k5']);
  expect(sleeps).toBe(6);
});

test('load() gives up on a file that never holds still', async () => {
  let text = 'a: 1\n';
  await writeFile(at('app.yaml'), text);
  const onSleep = () => writeFile(at('app.yaml'), (text += '#'));
  const loader = fileLoader({ path: at('app.yaml') });
  await expect(load(loader, { onSleep })).rejects.toThrow('it does not stop changing');
});

test('load() counts the bytes of all files together', async () => {
  const limits = { ...LIMITS, maxBytes: 30 };
  for (const name of ['a', 'b']) await write(`${name}.json`, '{"text":"12345678"}');
  await expect(load(fileLoader({ glob: at('*.json') }), { limits })).rejects.toThrow(
    'it has 38 bytes, more than 30 (limits.maxBytes)',
  );
});

test('watch() looks every statIntervalMs, and tells of nothing that did not change', async () => {
  await write('app.json', '{}');
  const { clock, controller, terms } = timed();
  const loader = fileLoader({ path: at('app.json'), statIntervalMs: 5_000 });
  const { told, ended } = listen(loader, terms);
  await clock.advance(10_000);
  await write('other.json', '{}');
  await clock.advance(60_000);
  expect(told).toEqual(['connected']);
  const reason = new Error('stop');
  controller.abort(reason);
  expect(await ended).toBe(reason);
  expect(clock.pending).toBe(0);
});

test('watch() hears of a folder that was deleted and made again, also where it has the same inode', async () => {
  const { clock, controller, terms } = timed();
  await mkdir(at('conf'));
  await write('conf/app.json', '{}');
  const loader = fileLoader({ path: at('conf/app.json'), debounceMs: 0, statIntervalMs: 60_000 });
  const { told, ended } = listen(loader, terms);
  await clock.advance(0);
  const changes = [
    async () => {
      await rm(at('conf'), { recursive: true });
      await mkdir(at('conf'));
      await write('conf/app.json', '{}');
    },
    () => write('conf/app.json', '{"n":1}'),
  ];
  for (const change of changes) {
    const before = told.length;
    await change();
    await vi.waitFor(async () => {
      await clock.advance(1);
      expect(told.length).toBeGreaterThan(before);
    });
  }
  controller.abort(new Error('stop'));
  await ended;
});

test('watch() tells of a burst of events once, when nothing more happened for debounceMs', async () => {
  await write('app.json', '{}');
  const { clock, controller, terms } = timed();
  const loader = fileLoader({ path: at('app.json'), debounceMs: 100 });
  const { told, ended } = listen(loader, terms);
  await clock.advance(0);
  for (const text of ['{', '{"n":', '{"n":1}']) {
    const own = watch(folder, { persistent: false }); // the loader listened before
    const heard = once(own, 'change');
    await writeFile(at('app.json'), text);
    await heard;
    own.close();
    await clock.advance(60);
    expect(told).toEqual(['connected']);
  }
  await clock.advance(100);
  expect(told).toEqual(['connected', 'changed']);
  const reason = new Error('stop');
  controller.abort(reason);
  expect(await ended).toBe(reason);
});

test('watch() hears of a folder that comes later, and of one that takes its place', async () => {
  const { clock, controller, terms } = timed();
  const loader = fileLoader({ path: at('later/app.json'), debounceMs: 100 });
  const { told, ended } = listen(loader, terms);
  await clock.advance(0);
  await mkdir(at('next'));
  await write('next/app.json', '{}');
  const turns = [
    ['next', 'later'],
    ['later', 'old'],
    ['old', 'later'],
  ] as const;
  for (const [i, [from, to]] of turns.entries()) {
    const own = watch(folder, { persistent: false }); // the loader listened before
    const heard = once(own, 'change');
    await rename(at(from), at(to));
    await heard;
    own.close();
    for (let ms = 0; ms < 300; ms += 100) await clock.advance(100);
    expect(told).toEqual(['connected', ...Array.from({ length: i + 1 }, () => 'changed')]);
  }
  const reason = new Error('stop');
  controller.abort(reason);
  expect(await ended).toBe(reason);
});

test('load() follows links, and says of one that leads nowhere that it does', async () => {
  await mkdir(at('..1'));
  await write('..1/app.json', '{"n":1}');
  await symlink('..1', at('..data'));
  await symlink('..data/app.json', at('app.json'));
  const loader = fileLoader({ path: at('app.json') });
  expect(await read(loader)).toEqual({ n: 1 });
  await rm(at('..1'), { recursive: true });
  await expect(load(loader)).rejects.toThrow('app.json is a link to what is not there');
});

test('envLoader() reads a file as it reads the environment, and writes neither to a cache', async () => {
  const variables = { APP_A: '1', APP_B__C_D: '["x"]', OTHER: '010' };
  const document = { a: 1, b: { cD: ['x'] } };
  const env = envLoader({ prefix: 'APP_', env: variables });
  await write('.env', 'APP_A=1\nAPP_B__C_D=\'["x"]\'\nOTHER=010\n');
  const file = envLoader({ prefix: 'APP_', file: at('.env') });
  for (const loader of [env, file]) {
    expect(await load(loader)).toMatchObject({ hints: { doNotStore: true } });
    const loaded = (await load(loader)) as { raw: JsonValue };
    expect(await loader.decode!(loaded, LIMITS)).toEqual(document);
  }
  expect([env.name, 'watch' in env, file.name]).toEqual([
    'env APP_*',
    false,
    `env ${at('.env')} APP_*`,
  ]);
  await write('.env', 'APP_A=010\n');
  await expect(read(file)).rejects.toThrow('APP_A at line 1, column 7 is ambiguous');
});

test('envLoader() looks at process.env as it is at each load', async () => {
  const loader = envLoader({ prefix: 'HOLDFAST_TEST_' });
  const valueOf = async (): Promise<unknown> =>
    loader.decode!((await load(loader)) as never, LIMITS);
  expect(await valueOf()).toEqual({});
  process.env['HOLDFAST_TEST_N'] = '5';
  try {
    expect(await valueOf()).toEqual({ n: 5 });
  } finally {
    delete process.env['HOLDFAST_TEST_N'];
  }
});

test('fileLoader() takes one of path, paths and glob, by its type, too', () => {
  const calls: (() => unknown)[] = [
    // @ts-expect-error -- none of them
    () => fileLoader({}),
    // @ts-expect-error -- two of them
    () => fileLoader({ path: 'a.json', glob: '*.json' }),
    // @ts-expect-error -- one that is not there
    () => fileLoader({ path: undefined }),
  ];
  for (const call of calls) expect(call).toThrow(/^Cannot use "(?:path|glob)" of fileLoader\(\)/);
});

test('decode() takes a document that is pushed as it is, whatever the format of the files', async () => {
  const pushed = { raw: { n: 2 }, pushedBy: 'a webhook' };
  const loaders = [
    fileLoader({ path: at('a.yaml') }),
    fileLoader({ paths: [at('a.yaml'), at('b.toml')] }),
    envLoader({ prefix: 'APP_', file: at('.env') }),
  ];
  for (const loader of loaders) expect(await loader.decode!(pushed, LIMITS)).toEqual({ n: 2 });
});

test.each(['{"n":2}', '{"n":2}\n', '[]\n', '[["a"]]\n', ''])(
  'decode() of several files says of the text %j that it is none of them',
  async (text) => {
    const loader = fileLoader({ paths: [at('a.yaml'), at('b.yaml')] });
    const raw = new TextEncoder().encode(text);
    await expect(loader.decode!({ raw }, LIMITS)).rejects.toMatchObject({
      code: 'DECODE_FAILED',
      message:
        'is no list of files with their contents, as they are read: a text cannot be pushed here',
    });
  },
);
