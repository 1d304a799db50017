import { answer, document, valueOf } from '../ask.ts';
import type { Rule } from '../contract.ts';
import { ensure, sameJson, show } from '../ensure.ts';
import type { LoaderHarness, LoaderNeed } from '../loader-harness.ts';
import { NEXT } from './documents.ts';

/** Who knows what: the engine remembers, the loader does not. */
export const validatorRules: readonly Rule<LoaderHarness, LoaderNeed>[] = [
  {
    name: 'load() never answers "unchanged" to who knows nothing',
    rule: 'A loader remembers no document: a refused one has to come again, whole.',
    async judge(harness) {
      await document(harness);
      await document(harness);
    },
  },
  {
    name: 'load() compares with what the request knows, not with what it answered last',
    rule: 'A loader remembers no document: "unchanged" is about the known one.',
    needs: ['publish', 'validators'],
    async judge(harness) {
      const { validator } = await document(harness);
      await harness.publish?.(NEXT);
      await document(harness);
      const value = await valueOf(harness.loader, await document(harness, validator));
      ensure(sameJson(value, NEXT), show(value));
    },
  },
  {
    name: 'load() answers "unchanged" to who knows the document',
    rule: 'Who has the document need not get it again.',
    needs: ['validators'],
    async judge(harness) {
      const { validator } = await document(harness);
      ensure(validator !== undefined, 'a document without a validator');
      const { kind } = await answer(harness, { known: validator });
      ensure(kind === 'unchanged', `the answer "${kind}"`);
    },
  },
  {
    name: 'load() ignores a validator of another origin',
    rule: 'A mark of one source means nothing to another one, even where the two look the same.',
    async judge(harness) {
      const { validator = { origin: '', revision: '1', etag: '"1"' } } = await document(harness);
      const known = { ...validator, origin: `${validator.origin}-of-another` };
      const value = await valueOf(harness.loader, await document(harness, known));
      ensure(sameJson(value, harness.document), show(value));
    },
  },
  {
    name: 'load() knows its validators again after a restart',
    rule: 'A cached document is confirmed by the next process: key and validators depend on options and documents alone.',
    needs: ['restart', 'validators'],
    async judge(harness) {
      const { validator } = await document(harness);
      const loader = harness.restart?.() ?? harness.loader;
      try {
        const [before, after] = [harness.loader.key, loader.key];
        ensure(before === after, 'another key: the cache record would not be found');
        const { kind } = await answer({ ...harness, loader }, { known: validator });
        ensure(kind === 'unchanged', `the answer "${kind}"`);
      } finally {
        await loader.close?.();
      }
    },
  },
];
