import { createConfigManager } from '@holdfast/core';
import { documentOf } from '../harness/document.ts';
import { interleaved, keep, milliseconds } from '../harness/measure.ts';
import type { Figure, Row } from '../harness/row.ts';
import { bytesOf, loaded, scriptedLoader } from '../harness/scripted-loader.ts';

/** What is edited, of how large a document, and how often that is measured. */
interface Case {
  readonly id: string;
  /** The text after so many edits. */
  readonly text: (edits: number) => string;
  readonly target: number;
  readonly rounds: number;
  readonly what: string;
}

const CASES: readonly Case[] = [
  {
    id: 'one-change',
    text: (edits) => documentOf(1_000_000, edits),
    target: 0.25,
    rounds: 31,
    what: 'one leaf of 1 MB',
  },
  {
    id: 'one-change-10mb',
    text: (edits) => documentOf(10_000_000, edits),
    target: 0.1,
    rounds: 11,
    what: 'one leaf of 10 MB',
  },
  {
    id: 'one-change-full',
    text: (edits) => documentOf(1_000_000, edits, edits),
    target: 1.9,
    rounds: 31,
    what: 'a leaf at each end of 1 MB, so that all of it is read',
  },
];

/** Documents of 10 MB with their keys are beyond what a config takes unasked. */
const LIMITS = { maxKeys: 1e7 };

async function measure({ id, text, target, rounds, what }: Case): Promise<Figure> {
  const loader = scriptedLoader(bytesOf(text(0)));
  const manager = createConfigManager();
  const app = manager.register('app', { loader, updates: false, limits: LIMITS });
  await app.ready();
  let heard = 0;
  app.onChange(() => {
    heard += 1;
  });
  let edits = 0;
  const ms = await interleaved(rounds, {
    parse: () => {
      const next = text((edits += 1));
      return milliseconds(() => keep(JSON.parse(next)));
    },
    change: () => {
      // the answer is there before the clock starts: it runs from the bytes to the listener
      loader.next = loaded(bytesOf(text((edits += 1))));
      return milliseconds(() => app.refresh());
    },
  });
  await manager.close();
  if (heard !== rounds + 1) throw new Error(`${heard} changes were heard of ${rounds + 1}`);
  const took = `${ms.of('change').toFixed(2)} ms from bytes to listener`;
  return {
    id,
    value: ms.ratio('change', 'parse'),
    target,
    unit: '× JSON.parse',
    detail: `${took}, JSON.parse ${ms.of('parse').toFixed(2)} ms, ${what}, no schema`,
  };
}

/** A process that has run for a while: its code is compiled. */
async function warmUp(): Promise<void> {
  const loader = scriptedLoader(bytesOf(documentOf(40_000)));
  const manager = createConfigManager();
  const app = manager.register('warm', { loader, updates: false });
  await app.ready();
  app.onChange(() => {});
  for (let edits = 1; edits <= 300; edits += 1) {
    loader.next = loaded(bytesOf(documentOf(40_000, edits)));
    // oxlint-disable-next-line no-await-in-loop -- one change after the other
    await app.refresh();
  }
  await manager.close();
}

async function run(): ReturnType<Row['run']> {
  await warmUp();
  const figures: Figure[] = [];
  // oxlint-disable-next-line no-await-in-loop -- one after the other: they would measure each other
  for (const each of CASES) figures.push(await measure(each));
  return { figures };
}

/** What an update costs: of a small change only the value around it is read, else all is decoded, parsed and walked once. */
export const row: Row = { title: 'bytes in, listener called, one leaf changed', run };
