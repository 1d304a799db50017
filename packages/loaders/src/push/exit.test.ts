import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { KINDS } from './kinds.fixture.ts';
import { pushServer } from './push-server.fixture.ts';

/** Over what a watch goes: an option of its connection, as source, and variables of the environment. */
interface Way {
  readonly option?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

const DIRECTLY: Way = {};
const BY_DISPATCHER: Way = { option: 'dispatcher: new Agent()' };

/** Of a dispatcher of the user only what it hands over is ours: the socket of a WebSocket. */
const ROWS = [
  ...KINDS.map(([kind, { name }]) => [kind, 'directly', name, DIRECTLY] as const),
  ...KINDS.filter(([kind]) => kind === 'websocket').map(
    ([kind, { name }]) => [kind, 'by a dispatcher of the user', name, BY_DISPATCHER] as const,
  ),
];

test.each(ROWS)(
  'a watch by %s, %s, does not hold a process that has nothing else to do',
  async (kind, _, create, { option = '', variables = {} }) => {
    await using server = await pushServer(kind);
    const program = `
      import { createConfigManager } from '@holdfast/core';
      import { staticLoader } from '@holdfast/loaders/static';
      import { ${create} } from '@holdfast/loaders/${kind}';
      import { Agent } from 'undici';
      const manager = createConfigManager();
      const connection = { url: ${JSON.stringify(server.url)}, ${option} };
      const app = manager.register('app', { loader: ${create}(staticLoader({ a: 1 }), connection) });
      await app.ready();
      process.stdin.once('data', () => {
        process.stdin.destroy();
        console.log('nothing else to do');
      });`;
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      {
        cwd: new URL('../..', import.meta.url),
        env: { ...process.env, ...variables },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const ended = once(child, 'exit');
    await vi.waitFor(() => expect(server.watching).toBe(1), { timeout: 15_000 });
    child.stdin.write('go\n');
    await once(child.stdout, 'data');
    expect(server.watching).toBe(1);
    expect(await ended).toEqual([0, null]);
  },
  30_000,
);
