import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Told } from './child.ts';
import type { Report, Subject } from './order.ts';

const NODE_OPTIONS = ['--import', 'tsx', '--expose-gc', '--max-semi-space-size=4'];

/** The C library keeps what was freed, in one heap a thread; less of it, so that memory shows what is held. */
export const ONE_HEAP = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
};

interface Waiting {
  readonly resolve: (report: Report) => void;
  readonly reject: (error: Error) => void;
}

/** Goes through cases in a process of their own. What ends that process, or no case can be blamed for, rejects them all. */
export function inChild(): Subject {
  const waiting = new Map<number, Waiting>();
  const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), {
    execArgv: NODE_OPTIONS,
    env: { ...process.env, ...ONE_HEAP },
    serialization: 'advanced',
  });
  const crashed = (what: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(what));
    waiting.clear();
  };
  child.on('message', (told: Told) => {
    if (told.kind === 'crash') return crashed(told.what);
    waiting.get(told.report.number)?.resolve(told.report);
    waiting.delete(told.report.number);
  });
  child.on('exit', (code, signal) => crashed(`the process ended (${signal ?? code})`));
  return {
    run: (order) =>
      new Promise((resolve, reject) => {
        if (!child.connected) return reject(new Error('the process has ended'));
        waiting.set(order.number, { resolve, reject });
        child.send(order);
      }),
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}
