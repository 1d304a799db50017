import { document, requestOf, valueOf } from '../ask.ts';
import type { Rule } from '../contract.ts';
import { ensure, sameJson, settled, show } from '../ensure.ts';
import { spyOnTime, type TimeSpy } from '../spy-on-time.ts';
import type { LoaderHarness, LoaderNeed } from '../loader-harness.ts';

/** How a loader lives in a process. */
export const lifeRules: readonly Rule<LoaderHarness, LoaderNeed>[] = [
  {
    name: 'a closed loader opens again at the next load',
    rule: 'The engine closes a loader at its last user; the next user loads from it as from a new one.',
    needs: ['close'],
    async judge(harness) {
      const { loader, patienceMs } = harness;
      await document(harness);
      for (const time of ['first', 'second']) {
        const how = await settled(() => loader.close?.(), patienceMs);
        ensure(how !== undefined, `a ${time} close() that does not settle`);
        ensure(how.ok, how.ok ? '' : `a ${time} close() that rejects with ${show(how.error)}`);
      }
      const value = await valueOf(loader, await document(harness));
      ensure(sameJson(value, harness.document), show(value));
    },
  },
  {
    name: 'load() takes the time from its request',
    rule: 'Time has one door: a loader that asks the globals for it cannot be tested, and waits that the engine cannot end.',
    needs: ['time'],
    async judge(harness) {
      const { loader, patienceMs } = harness;
      const time = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
      let spy: TimeSpy | undefined;
      // spies from within, since the patience of a case is a timer too
      await settled(() => {
        spy = spyOnTime();
        return loader.load(requestOf({ time }));
      }, patienceMs);
      spy?.restore();
      const asked = [...(spy?.asked ?? [])];
      ensure(asked.length === 0, `a call of ${asked.join(', ')}`);
    },
  },
];
