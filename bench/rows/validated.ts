import { z } from 'zod';
import { documentOf } from '../harness/document.ts';
import type { Figure, Row } from '../harness/row.ts';
import { measureUpdates, type Updates, warmUp } from '../harness/updates.ts';

const service = z.object({
  url: z.url(),
  timeoutMs: z.int().positive(),
  enabled: z.boolean(),
  weight: z.number(),
  tags: z.array(z.string()),
  retry: z.object({ attempts: z.int(), backoff: z.enum(['exponential', 'linear']) }),
});

const app = z.object({
  pool: z.object({ size: z.int().positive() }),
  revision: z.int(),
  services: z.record(z.string(), service),
  last: z.int(),
});

const CASES: readonly Updates[] = [
  {
    id: 'validated',
    text: (edits) => documentOf(1_000_000, edits),
    schema: app,
    target: 0.4,
    rounds: 31,
    what: 'one leaf of 1 MB, zod',
  },
  {
    id: 'validated-whole',
    text: (edits) => documentOf(1_000_000, edits),
    schema: app.refine(() => true),
    target: 3.1,
    rounds: 31,
    what: 'one leaf of 1 MB, zod with a rule for the whole, so that all of it is validated',
  },
];

async function run(): ReturnType<Row['run']> {
  await warmUp();
  const figures: Figure[] = [];
  // oxlint-disable-next-line no-await-in-loop -- one after the other: they would measure each other
  for (const each of CASES) figures.push(await measureUpdates(each));
  return { figures };
}

/** What a schema adds to an update: only what changed is validated, where the schema is made of parts. */
export const row: Row = { title: 'bytes in, listener called, one leaf changed, with a schema', run };
