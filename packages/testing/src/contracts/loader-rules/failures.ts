import { isLoadError } from '@holdfast/core';
import { ask, document, LIMITS, valueOf } from '../ask.ts';
import type { Rule } from '../contract.ts';
import { ensure, type Settled, sameJson, show } from '../ensure.ts';
import type { LoaderHarness, LoaderNeed } from '../loader-harness.ts';

/** What happens when there is no document to be had. */
export const failureRules: readonly Rule<LoaderHarness, LoaderNeed>[] = [
  {
    name: 'load() rejects with a LoadError while the source is down',
    rule: 'A failure is a thrown LoadError, never an empty value: the last good document stays in force.',
    needs: ['breakSource'],
    async judge(harness) {
      await document(harness);
      await harness.breakSource?.();
      judgeFailure(await ask(harness));
    },
  },
  {
    name: 'load() brings the document once the source is back',
    rule: 'A loader remembers no failure: when to try again is for the engine to say.',
    needs: ['breakSource', 'healSource'],
    async judge(harness) {
      await harness.breakSource?.();
      await ask(harness);
      await ask(harness);
      await harness.healSource?.();
      const value = await valueOf(harness.loader, await document(harness));
      ensure(sameJson(value, harness.document), show(value));
    },
  },
  {
    name: 'load() refuses a document beyond the limits',
    rule: 'A loader stops reading at the limits: what the source sends does not decide how much memory is used.',
    needs: ['publish', 'limits'],
    async judge(harness) {
      await harness.publish?.({ text: 'x'.repeat(20_000) });
      const limits = { ...LIMITS, maxWireBytes: 10_000, maxBytes: 10_000 };
      judgeFailure(await ask(harness, { limits }));
    },
  },
  {
    name: 'nothing that is shown holds a credential',
    rule: 'Name, origin and warnings are shown, validators and evidence are kept on disks, errors reach logs; a key outlives credentials.',
    needs: ['secrets'],
    async judge(harness) {
      const { name, key, origin, warnings } = harness.loader;
      const { validator, evidence } = await document(harness);
      await harness.breakSource?.();
      const failed = harness.breakSource && (await ask(harness));
      const error = failed?.ok === false ? failed.error : undefined;
      const shown = { name, key, origin, warnings, validator, evidence, error };
      for (const secret of harness.secrets ?? []) {
        const where = Object.entries(shown).find(([, part]) => holds(part, secret));
        ensure(where === undefined, `a credential in ${where?.[0] ?? ''}`);
      }
    },
  },
];

function judgeFailure(how: Settled<unknown> | undefined): void {
  ensure(how !== undefined, 'a load that does not settle');
  ensure(!how.ok, how.ok ? `the answer ${show(how.value)}` : '');
  const { error } = how;
  ensure(isLoadError(error), `a rejection with ${show(error)}`);
  ensure(['now', 'backoff', 'slow'].includes(error.retry), `retry is ${show(error.retry)}`);
  const { retryAfterMs = 0 } = error;
  ensure(Number.isFinite(retryAfterMs) && retryAfterMs >= 0, `retryAfterMs is ${retryAfterMs}`);
}

/** Whether a text within `part` holds `secret`: messages, stacks and causes of errors too. */
function holds(part: unknown, secret: string, seen = new Set<unknown>()): boolean {
  if (typeof part === 'string') return part.includes(secret);
  if (typeof part !== 'object' || part === null || seen.has(part)) return false;
  seen.add(part);
  return Object.getOwnPropertyNames(part).some(
    (key) => key.includes(secret) || holds(Reflect.get(part, key), secret, seen),
  );
}
