import { createConfigManager } from '@holdfast/core';
import { documentOf } from '../harness/document.ts';
import { interleaved, keep, milliseconds } from '../harness/measure.ts';
import type { Row } from '../harness/row.ts';
import { bytesOf, loaded, scriptedLoader } from '../harness/scripted-loader.ts';

const ROUNDS = 31;

async function run(): ReturnType<Row['run']> {
  const loader = scriptedLoader(bytesOf(documentOf(1_000_000)));
  const manager = createConfigManager();
  const app = manager.register('app', { loader, updates: false });
  await app.ready();
  let heard = 0;
  app.onChange(() => {
    heard += 1;
  });
  let edit = 0;
  const ms = await interleaved(ROUNDS, {
    parse: () => {
      const text = documentOf(1_000_000, (edit += 1));
      return milliseconds(() => keep(JSON.parse(text)));
    },
    change: () => {
      // the answer is there before the clock starts: it runs from the bytes to the listener
      loader.next = loaded(bytesOf(documentOf(1_000_000, (edit += 1))));
      return milliseconds(() => app.refresh());
    },
  });
  await manager.close();
  if (heard !== ROUNDS + 1) throw new Error(`${heard} changes were heard of ${ROUNDS + 1}`);
  return {
    figures: [
      {
        id: 'one-change',
        value: ms.ratio('change', 'parse'),
        target: 1.9,
        unit: '× JSON.parse',
        detail: `${ms.of('change').toFixed(2)} ms from bytes to listener, JSON.parse ${ms.of('parse').toFixed(2)} ms, 1 MB, no schema`,
      },
    ],
  };
}

/** What an update costs by the full path: decode, parse, one walk that shares, compares and freezes. */
export const row: Row = { title: 'bytes in, listener called, one leaf changed', run };
