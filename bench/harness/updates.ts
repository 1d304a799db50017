import { createConfigManager } from '@holdfast/core';
import type { ContractOptions } from '@holdfast/core/contracts';
import { documentOf } from './document.ts';
import { interleaved, keep, milliseconds } from './measure.ts';
import type { Figure } from './row.ts';
import { bytesOf, loaded, scriptedLoader } from './scripted-loader.ts';

/** Documents that follow one another, and what an update from one to the next may cost. */
export interface Updates {
  readonly id: string;
  /** The text after so many edits. */
  readonly text: (edits: number) => string;
  /** Times JSON.parse of the same text. */
  readonly target: number;
  readonly rounds: number;
  /** For people: what is edited, of how large a document. */
  readonly what: string;
  /** What validates the documents. @default none */
  readonly schema?: ContractOptions['schema'];
  /** Whether the updates say what was there before, so that nobody is to hear of them. */
  readonly silent?: boolean;
}

/** Documents of 10 MB have more keys than a config takes unasked. */
const LIMITS = { maxKeys: 1e7 };

/** What an update costs from its bytes to the listener, beside JSON.parse of the same text. */
export async function measureUpdates(updates: Updates): Promise<Figure> {
  const { id, text, target, rounds, what, silent, schema } = updates;
  const loader = scriptedLoader(bytesOf(text(0)));
  const manager = createConfigManager();
  const options = { loader, updates: false, limits: LIMITS } as const;
  const app = schema
    ? manager.register('app', { ...options, schema })
    : manager.register('app', options);
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
  const expected = silent ? 0 : rounds + 1;
  if (heard !== expected) throw new Error(`${heard} changes were heard of ${expected}`);
  const took = `${ms.of('change').toFixed(2)} ms from bytes to listener`;
  return {
    id,
    value: ms.ratio('change', 'parse'),
    target,
    unit: '× JSON.parse',
    detail: `${took}, JSON.parse ${ms.of('parse').toFixed(2)} ms, ${what}${schema ? '' : ', no schema'}`,
  };
}

/** A process that has run for a while: its code is compiled. */
export async function warmUp(): Promise<void> {
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
