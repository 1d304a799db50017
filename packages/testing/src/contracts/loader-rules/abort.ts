import { ask, document, requestOf } from '../ask.ts';
import { countListeners } from '../count-listeners.ts';
import type { Rule } from '../contract.ts';
import { ensure, pause, type Settled, settled, show } from '../ensure.ts';
import type { LoaderHarness, LoaderNeed } from '../loader-harness.ts';

/** Deadlines and closing: the engine ends a load by its signal, and by nothing else. */
export const abortRules: readonly Rule<LoaderHarness, LoaderNeed>[] = [
  {
    name: 'load() rejects with the reason when its signal has aborted already',
    rule: 'An aborted signal asks nobody: the load rejects with its reason, as it is.',
    async judge(harness) {
      const reason = new Error('stop');
      judgeAborted(await ask(harness, { signal: AbortSignal.abort(reason) }), reason);
    },
  },
  {
    name: 'load() rejects promptly with the reason when its signal aborts',
    rule: 'A deadline is a deadline: whatever the source does, the load rejects with the reason of the signal, as it is.',
    needs: ['hang'],
    async judge(harness) {
      const { loader, patienceMs } = harness;
      await harness.hang?.();
      // at once: before anything was asked; later: while the source is silent
      for (const afterMs of [0, 20]) {
        const controller = new AbortController();
        const reason = new Error(`stop after ${afterMs} ms`);
        const load = loader.load(requestOf({ signal: controller.signal }));
        load.catch(() => undefined);
        if (afterMs > 0) await pause(afterMs);
        controller.abort(reason);
        judgeAborted(await settled(() => load, patienceMs), reason);
      }
    },
  },
  {
    name: 'load() is not disturbed by another one that aborts',
    rule: 'Loads share no signal: who aborts one ends one.',
    async judge(harness) {
      const controller = new AbortController();
      const other = ask(harness, { signal: controller.signal });
      const brought = document(harness);
      controller.abort(new Error('stop'));
      await Promise.all([brought, other]);
    },
  },
  {
    name: 'load() leaves no listener on its signal',
    rule: 'The engine uses one signal for many loads: a listener that each of them leaves behind is a leak.',
    async judge(harness) {
      const { signal } = new AbortController();
      const listeners = countListeners(signal);
      await ask(harness, { signal });
      await ask(harness, { signal });
      ensure(listeners.size === 0, `${listeners.size} listeners after two loads`);
    },
  },
];

function judgeAborted(how: Settled<unknown> | undefined, reason: Error): void {
  ensure(how !== undefined, 'a load that does not settle');
  ensure(!how.ok, how.ok ? `the answer ${show(how.value)}` : '');
  ensure(
    how.error === reason,
    `a rejection with ${show(how.error)} instead of "${reason.message}"`,
  );
}
