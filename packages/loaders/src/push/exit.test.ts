import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { KINDS } from './kinds.fixture.ts';
import { pushServer } from './push-server.fixture.ts';

test.each(KINDS)(
  'a watch by %s does not hold a process that has nothing else to do',
  async (kind, create) => {
    await using server = await pushServer(kind);
    const program = `
      import { createConfigManager } from '@holdfast/core';
      import { staticLoader } from '@holdfast/loaders/static';
      import { ${create.name} } from '@holdfast/loaders/${kind}';
      const manager = createConfigManager();
      const loader = ${create.name}(staticLoader({ a: 1 }), { url: ${JSON.stringify(server.url)} });
      const app = manager.register('app', { loader });
      await app.ready();
      process.stdin.once('data', () => {
        process.stdin.destroy();
        console.log('nothing else to do');
      });`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const cwd = new URL('../..', import.meta.url);
    const child = spawn(process.execPath, args, { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await vi.waitFor(() => expect(server.watching).toBe(1), { timeout: 15_000 });
    child.stdin.write('go\n');
    await once(child.stdout, 'data');
    expect(server.watching).toBe(1);
    expect(await ended).toEqual([0, null]);
  },
  30_000,
);
