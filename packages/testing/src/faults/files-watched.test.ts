import {
  appendFile,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { fileLoader } from '@holdfast/loaders/file';
import { expect, test } from 'vitest';
import { startFixture, tempFolder } from '../promises/process.fixture.ts';
import { needs, programPath } from './needs.fixture.ts';
import { EVENTS_ONLY, folderOf, watched } from './watched.fixture.ts';

interface Numbered {
  readonly n: number;
}

const TIME = 20_000;

/** YAML is valid wherever it is cut between two lines: nothing but time tells that there is more to come. */
const linesOf = (n: number): string[] => Array.from({ length: 400 }, (_, i) => `k${i}: ${n}\n`);

test(
  'D10 a file that is written line by line, and valid after each line: only the whole one is in force',
  async () => {
    await using folder = await folderOf({ 'app.yaml': linesOf(1).join('') });
    const path = folder.at('app.yaml');
    const loader = fileLoader({ path, ...EVENTS_ONLY });
    await using app = await watched<Record<string, number>>(loader);
    const before = app.polls();
    await truncate(path);
    for (const line of linesOf(2)) await appendFile(path, line);
    await app.until(({ k399 }) => k399 === 2);
    expect(app.values.map((value) => Object.values(value))).toEqual([
      Array.from({ length: 400 }, () => 1),
      Array.from({ length: 400 }, () => 2),
    ]);
    expect(app.polls() - before, 'polls for 401 events').toBeLessThan(5);
  },
  TIME,
);

test(
  'D10 a writer that stops halfway: the last good document stays until the rest is there',
  async () => {
    await using folder = await folderOf({ 'app.json': '{"n":1}' });
    const path = folder.at('app.json');
    await using app = await watched<Numbered>(fileLoader({ path, ...EVENTS_ONLY }));
    const refused = app.ends('refused');
    await writeFile(path, '{"n":');
    const { outcome } = await refused;
    expect(outcome).toMatchObject({
      error: { message: expect.stringContaining('at line 1, column 6') },
    });
    expect(app.app.current).toEqual({ n: 1 });
    await appendFile(path, '2}');
    await app.until(({ n }) => n === 2);
    expect(app.values).toEqual([{ n: 1 }, { n: 2 }]);
  },
  TIME,
);

/** What a person or a program does to replace `app.json` of a folder. */
const REPLACED: readonly [string, (path: string, text: string) => Promise<unknown>][] = [
  ['written in place', (path, text) => writeFile(path, text)],
  [
    'replaced by a rename, as editors do',
    async (path, text) => {
      await writeFile(`${path}.swp`, text);
      await rename(`${path}.swp`, path);
    },
  ],
  [
    'moved aside and written anew, as other editors do',
    async (path, text) => {
      await rename(path, `${path}~`);
      await writeFile(path, text);
    },
  ],
  [
    'replaced by a link',
    async (path, text) => {
      await writeFile(`${path}.other`, text);
      await symlink(`${path}.other`, `${path}.link`);
      await rename(`${path}.link`, path);
    },
  ],
];

test.each(REPLACED)(
  'D11 a file that is %s is seen at once, again and again',
  async (_, replace) => {
    await using folder = await folderOf({ 'app.json': '{"n":0}' });
    const path = folder.at('app.json');
    await using app = await watched<Numbered>(fileLoader({ path, ...EVENTS_ONLY }));
    for (const next of [1, 2, 3]) {
      await replace(path, JSON.stringify({ n: next }));
      await app.until(({ n }) => n === next);
    }
    expect(app.values).toEqual([0, 1, 2, 3].map((n) => ({ n })));
  },
  TIME,
);

test(
  'D11 a file that is deleted and restored: the last good document stays meanwhile',
  async () => {
    await using folder = await folderOf({ 'app.json': '{"n":1}' });
    const path = folder.at('app.json');
    await using app = await watched<Numbered>(fileLoader({ path, ...EVENTS_ONLY }));
    for (const next of [2, 3]) {
      const failed = app.ends('failed');
      await rm(path);
      expect((await failed).outcome).toMatchObject({ error: { failure: 'absent' } });
      expect(app.app.current.n).toBe(next - 1);
      await writeFile(path, JSON.stringify({ n: next }));
      await app.until(({ n }) => n === next);
      expect(app.app.status.state).toBe('fresh');
    }
  },
  TIME,
);

test(
  'D11 a file behind a link into another folder is seen when it is edited there, and when the link is turned',
  async () => {
    await using folder = await folderOf({});
    for (const name of ['a', 'b', 'conf']) await mkdir(folder.at(name));
    await writeFile(folder.at('a/app.json'), '{"n":1}');
    await writeFile(folder.at('b/app.json'), '{"n":3}');
    await symlink('../a/app.json', folder.at('conf/app.json'));
    const path = folder.at('conf/app.json');
    await using app = await watched<Numbered>(fileLoader({ path, ...EVENTS_ONLY }));
    await writeFile(folder.at('a/app.json'), '{"n":2}');
    await app.until(({ n }) => n === 2);
    await symlink('../b/app.json', folder.at('conf/next'));
    await rename(folder.at('conf/next'), path);
    await app.until(({ n }) => n === 3);
    await writeFile(folder.at('b/app.json'), '{"n":4}'); // the folder that it leads to since
    await app.until(({ n }) => n === 4);
    expect(app.values).toEqual([1, 2, 3, 4].map((n) => ({ n })));
  },
  TIME,
);

/** As the kubelet writes a ConfigMap: a new folder, a link to it beside `..data`, and a rename of that over `..data`. */
async function mount(at: (name: string) => string, files: Record<string, string>, id: string) {
  await mkdir(at(`..${id}`));
  for (const [name, text] of Object.entries(files)) await writeFile(at(`..${id}/${name}`), text);
  await symlink(`..${id}`, at('..data_tmp'));
  const before = await readFile(at('..data/id'), 'utf8').catch(() => undefined);
  await rename(at('..data_tmp'), at('..data'));
  if (before !== undefined) await rm(at(`..${before}`), { recursive: true });
}

test.each([
  ['a file', (at: (name: string) => string) => ({ path: at('app.yaml') })],
  [
    'several files',
    (at: (name: string) => string) => ({ paths: [at('app.yaml'), at('more.yaml')] }),
  ],
  ['a pattern', (at: (name: string) => string) => ({ glob: at('*.yaml') })],
])(
  'D11 a ConfigMap of Kubernetes is swapped under %s: each swap is seen, and never half of it',
  async (_, options) => {
    await using folder = await folderOf({});
    const at = (name: string): string => folder.at(name);
    const files = (n: number) => ({
      id: String(n),
      'app.yaml': `n: ${n}\nmore: ${n}\n`,
      'more.yaml': `more: ${n}\n`,
    });
    await mount(at, files(0), '0');
    for (const name of ['app.yaml', 'more.yaml']) await symlink(`..data/${name}`, at(name));
    const loader = fileLoader({ ...options(at), ...EVENTS_ONLY });
    await using app = await watched<Numbered & { readonly more: number }>(loader);
    for (const next of [1, 2, 3]) {
      await mount(at, files(next), String(next));
      await app.until(({ n }) => n === next);
    }
    expect(app.values).toEqual([0, 1, 2, 3].map((n) => ({ n, more: n })));
  },
  TIME,
);

test(
  'D12 a change that the file system tells nobody of is found by the look of the watch',
  async () => {
    await using folder = await folderOf({ 'app.json': '{"n":1}' });
    await using elsewhere = await tempFolder();
    const path = folder.at('app.json');
    const other = `${elsewhere.path}/other`;
    await link(path, other); // who writes through it changes the file, and the folder of the file hears nothing
    await using app = await watched<Numbered>(fileLoader({ path, statIntervalMs: 100 }));
    await writeFile(other, '{"n":2}');
    await app.until(({ n }) => n === 2);
    expect(app.values).toEqual([{ n: 1 }, { n: 2 }]);
  },
  TIME,
);

test.runIf(needs('unshare', 'root')).each(['max_inotify_watches', 'max_inotify_instances'])(
  'D12 a full table (%s): changes are found all the same, and heard of again once there is room',
  async (table) => {
    await using folder = await folderOf({ 'app.json': '{"n":1}' });
    const child = startFixture('../faults/full-table.fixture.ts', {
      through: [programPath('unshare')!, '--user', '--map-root-user'],
      args: [folder.at('app.json'), table],
    });
    try {
      await child.printed('full: {"n":1}');
      await writeFile(folder.at('app.json'), '{"n":2}');
      await child.printed('found: {"n":2}');
      await child.printed('room');
      await writeFile(folder.at('app.json'), '{"n":3}');
      const { stdout, stderr, code } = await child.ended;
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      expect(stdout).toContain('then: {"n":3}\nheard of again\n');
    } finally {
      child.kill();
    }
  },
  TIME,
);
