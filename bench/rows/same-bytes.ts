import { createConfigManager } from '@holdfast/core';
import { documentOf } from '../harness/document.ts';
import { interleaved, keep, milliseconds } from '../harness/measure.ts';
import type { Row } from '../harness/row.ts';
import { bytesOf, loaded, scriptedLoader } from '../harness/scripted-loader.ts';

const ROUNDS = 31;
const TIMES = 10;

async function run(): ReturnType<Row['run']> {
  const text = documentOf(1_000_000);
  const loader = scriptedLoader(bytesOf(text));
  const manager = createConfigManager();
  const app = manager.register('app', { loader });
  await app.ready();
  // other bytes than the engine holds, of the same content, as each answer brings them
  loader.next = loaded(bytesOf(text));
  const ms = await interleaved(ROUNDS, {
    parse: () =>
      milliseconds(() => {
        for (let i = 0; i < TIMES; i += 1) keep(JSON.parse(text));
      }),
    poll: () =>
      milliseconds(async () => {
        for (let i = 0; i < TIMES; i += 1) keep(await app.refresh());
      }),
  });
  const { kind } = await app.refresh();
  if (kind !== 'unchanged') throw new Error(`the same bytes were ${kind}`);
  await manager.close();
  return {
    figures: [
      {
        id: 'same-bytes',
        value: ms.ratio('poll', 'parse'),
        target: 0.15,
        unit: '× JSON.parse',
        detail: `${(ms.of('poll') / TIMES).toFixed(3)} ms a poll, JSON.parse ${(ms.of('parse') / TIMES).toFixed(2)} ms, 1 MB`,
      },
    ],
  };
}

/** What a poll costs whose source has no validator and no news. */
export const row: Row = {
  title: '200 with the bytes that we have',
  why: `The bytes are compared with those that are in force before anything else, four at a time, and the poll ends there: nothing is decoded
or parsed. A server without ETags costs a transfer, and hardly more than that.`,
  run,
};
