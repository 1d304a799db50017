import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { good } from '../http/certificates.fixture.ts';
import { KINDS } from './kinds.fixture.ts';
import { pushServer, type PushServer } from './push-server.fixture.ts';
import { tunnelsTo } from './tunnels.fixture.ts';

/** How a program is told to watch. */
interface Told {
  /** Further options of its connection, as source. */
  readonly options?: string;
  readonly url: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Over what a watch goes, by what it watches. */
const WAYS: readonly (readonly [string, (url: string) => Told])[] = [
  ['directly', (url) => ({ url })],
  [
    'around a proxy',
    (url) => ({ url, variables: { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' } }),
  ],
  [
    'through a proxy',
    (url) => ({ url, variables: { HTTP_PROXY: `http://${new URL(url).host}`, NO_PROXY: '' } }),
  ],
];
const ROWS = KINDS.flatMap(([kind, { name }]) =>
  WAYS.map(([how, way]) => [kind, how, name, way] as const),
);

const CLEAN = [0, null];
const LONG_MS = 30_000;

test.each(ROWS)(
  'a watch by %s, %s, does not hold a process that has nothing else to do',
  async (kind, _, create, way) => {
    await using server = await pushServer(kind);
    expect(await exitOf(server, kind, create, way(server.url))).toEqual(CLEAN);
  },
  LONG_MS,
);

test.each(KINDS)(
  'a watch by %s, through a tunnel, does not hold a process that has nothing else to do',
  async (kind, { name }) => {
    await using server = await pushServer(kind);
    const url = new URL(server.url);
    await using tunnels = await tunnelsTo(Number(url.port));
    const told = {
      url: `${url.protocol.replace(':', 's:')}//localhost:${url.port}/`,
      options: `tls: { ca: ${JSON.stringify(good.cert)} }`,
      variables: { HTTPS_PROXY: tunnels.url, NO_PROXY: '' },
    };
    expect(await exitOf(server, kind, name, told)).toEqual(CLEAN);
  },
  LONG_MS,
);

// of a dispatcher of the user only what it hands over is ours
test(
  'a watch by websocket, by a dispatcher of the user, does not hold a process that has nothing else to do',
  async () => {
    await using server = await pushServer('websocket');
    const told = { url: server.url, options: 'dispatcher: new Agent()' };
    expect(await exitOf(server, 'websocket', 'webSocketMessages', told)).toEqual(CLEAN);
  },
  LONG_MS,
);

/** Runs a program that watches, tells it that nothing else is to do, and gives its code and its signal. */
async function exitOf(
  server: PushServer,
  kind: string,
  create: string,
  { url, options = '', variables }: Told,
): Promise<unknown[]> {
  const program = `
    import { createConfigManager } from '@holdfast/core';
    import { staticLoader } from '@holdfast/loaders/static';
    import { ${create} } from '@holdfast/loaders/${kind}';
    import { Agent } from 'undici';
    const manager = createConfigManager();
    const connection = { url: ${JSON.stringify(url)}, ${options} };
    const app = manager.register('app', { loader: ${create}(staticLoader({ a: 1 }), connection) });
    await app.ready();
    process.stdin.once('data', () => {
      process.stdin.destroy();
      console.log('nothing else to do');
    });`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const cwd = new URL('../..', import.meta.url);
  const env = { ...process.env, ...variables };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await vi.waitFor(() => expect(server.watching).toBe(1), { timeout: 15_000 });
  child.stdin.write('go\n');
  await once(child.stdout, 'data');
  expect(server.watching).toBe(1);
  return ended;
}
