import {
  type Evidence,
  type Hints,
  isLoadError,
  type Loader,
  type LoadResult,
} from '@holdfast/core';
import { answer, ask, document, valueOf } from '../ask.ts';
import type { Rule } from '../contract.ts';
import { ensure, sameBytes, sameJson, show } from '../ensure.ts';
import type { LoaderHarness, LoaderNeed } from '../loader-harness.ts';

/** What a load brings. */
export const documentRules: readonly Rule<LoaderHarness, LoaderNeed>[] = [
  {
    name: 'load() brings the document of the source',
    rule: 'What the source serves is what the application gets.',
    async judge(harness) {
      const value = await valueOf(harness.loader, await document(harness));
      ensure(sameJson(value, harness.document), show(value));
    },
  },
  {
    name: 'load() brings the next document once it is published',
    rule: 'A change arrives at the next load: no cache stands in between.',
    needs: ['publish'],
    async judge(harness) {
      const { validator } = await document(harness);
      await harness.publish?.(NEXT);
      const value = await valueOf(harness.loader, await document(harness, validator));
      ensure(sameJson(value, NEXT), show(value));
    },
  },
  {
    name: 'load() that begins after a publish brings what was published, also while an earlier one is under way',
    rule: 'Who asks after a publish sees it: loads share no request with those that began before.',
    needs: ['publish'],
    async judge(harness) {
      const earlier = ask(harness);
      const publishing = harness.publish?.(NEXT);
      // where that is done at once, not even a turn passes in which the earlier load could settle
      if (publishing) await publishing;
      const value = await valueOf(harness.loader, await document(harness));
      ensure(sameJson(value, NEXT), show(value));
      await earlier;
    },
  },
  {
    name: 'load() answers in the words of the port',
    rule: 'An answer is one of the three kinds; durations are milliseconds from 0 on; evidence shows no user-info or query. Name, key and origin are texts that stay the same.',
    async judge(harness) {
      const before = identityOf(harness.loader);
      judgeForm(await answer(harness));
      const after = identityOf(harness.loader);
      ensure(sameJson(before, after), `${show(before)}, then ${show(after)}`);
    },
  },
  {
    name: 'load() says that the document is absent when it is gone',
    rule: 'Gone is "absent" or a failure, never an empty document, and never "unchanged".',
    needs: ['remove'],
    async judge(harness) {
      const { validator } = await document(harness);
      await harness.remove?.();
      for (const known of [undefined, validator]) {
        const how = await ask(harness, { known });
        ensure(how !== undefined, 'a load that does not settle');
        const seen = how.ok ? `the answer "${how.value.kind}"` : `a rejection: ${show(how.error)}`;
        ensure(how.ok ? how.value.kind === 'absent' : isLoadError(how.error), seen);
      }
    },
  },
  {
    name: 'decode() is pure',
    rule: 'The engine decodes loaded, offered and cached documents alike: the same document gives the same value, at any time, and is left as it was.',
    needs: ['decode'],
    async judge({ loader, ...harness }) {
      const loaded = await document({ loader, ...harness });
      const before = loaded.raw instanceof Uint8Array ? loaded.raw.slice() : undefined;
      const first = show(await valueOf(loader, loaded));
      await harness.publish?.(NEXT);
      if (harness.publish) await document({ loader, ...harness });
      const second = show(await valueOf(loader, loaded));
      ensure(first === second, `${first}, then ${second}`);
      const intact = before === undefined || sameBytes(before, loaded.raw as Uint8Array);
      ensure(intact, 'other bytes than before');
    },
  },
];

/** What the rules publish. */
export const NEXT: { readonly published: string; readonly list: readonly number[] } = {
  published: 'by the contract',
  list: [1, 2, 3],
};

function identityOf({ name, key, origin = '' }: Loader): Pick<Loader, 'name' | 'key' | 'origin'> {
  const identity = { name, key, origin };
  for (const [part, text] of Object.entries(identity))
    ensure(typeof text === 'string', `${part} is ${show(text)}`);
  return identity;
}

function judgeForm(result: LoadResult): void {
  ensure(result.kind === 'loaded', `the answer ${show(result.kind)} to who knows nothing`);
  const { raw, validator, hints = {}, evidence } = result;
  ensure(raw !== undefined && typeof raw !== 'function', `raw is ${show(raw)}`);
  if (validator) {
    const { origin, ...marks } = validator;
    ensure(typeof origin === 'string' && origin !== '', `validator.origin is ${show(origin)}`);
    for (const [name, mark] of Object.entries(marks))
      ensure(mark === undefined || typeof mark === 'string', `validator.${name} is ${show(mark)}`);
  }
  judgeHints(hints);
  if (evidence) judgeEvidence(evidence);
}

function judgeHints({ freshForMs = 0, ageMs = 0 }: Hints): void {
  for (const ms of [freshForMs, ageMs])
    ensure(Number.isFinite(ms) && ms >= 0, `a hint of ${String(ms)} ms`);
}

function judgeEvidence({ url, headers }: Evidence): void {
  ensure(!/[?#]|\/\/[^/]*@/.test(url), 'evidence.url with user-info, query or fragment');
  for (const name of Object.keys(headers))
    ensure(name === name.toLowerCase(), `the header ${name}: names are lower-case`);
}
