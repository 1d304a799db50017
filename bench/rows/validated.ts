import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import { documentOf } from '../harness/document.ts';
import type { Figure, Peer, Row } from '../harness/row.ts';
import { measureUpdates, type Updates, warmUp } from '../harness/updates.ts';

const service = z.object({
  url: z.url(),
  timeoutMs: z.int().positive(),
  enabled: z.boolean(),
  weight: z.number(),
  tags: z.array(z.string()),
  retry: z.object({ attempts: z.int(), backoff: z.enum(['exponential', 'linear']) }),
});

/** The document of `documentOf`, all of it. */
function appOf<S extends z.ZodType>(each: S) {
  return z.object({
    pool: z.object({ size: z.int().positive() }),
    revision: z.int(),
    services: z.record(z.string(), each),
    last: z.int(),
  });
}

const app = appOf(service);
const common = { rounds: 31, text: (edits: number) => documentOf(1_000_000, edits) };

const CASES: readonly Updates[] = [
  { ...common, id: 'validated', schema: app, target: 0.4, what: 'one leaf of 1 MB, zod' },
  {
    ...common,
    id: 'validated-filled',
    schema: appOf(service.extend({ region: z.string().default('eu') })),
    target: 0.4,
    what: 'one leaf of 1 MB, zod, which gives each of 5 000 entries a default',
  },
  {
    ...common,
    id: 'validated-whole',
    schema: app.refine(() => true),
    target: 3.1,
    what: 'one leaf of 1 MB, zod with a rule for all of it, so that all of it is validated',
  },
];

const bot = v.object({
  pool: v.object({ size: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  revision: v.pipe(v.number(), v.integer()),
  services: v.record(
    v.string(),
    v.object({
      url: v.pipe(v.string(), v.url()),
      timeoutMs: v.pipe(v.number(), v.integer(), v.minValue(1)),
      enabled: v.boolean(),
      weight: v.number(),
      tags: v.array(v.string()),
      retry: v.object({
        attempts: v.pipe(v.number(), v.integer()),
        backoff: v.picklist(['exponential', 'linear']),
      }),
    }),
  ),
  last: v.pipe(v.number(), v.integer()),
});

const ark = type({
  pool: { size: 'number.integer > 0' },
  revision: 'number.integer',
  services: {
    '[string]': {
      url: 'string.url',
      timeoutMs: 'number.integer > 0',
      enabled: 'boolean',
      weight: 'number',
      tags: 'string[]',
      retry: { attempts: 'number.integer', backoff: "'exponential' | 'linear'" },
    },
  },
  last: 'number.integer',
});

/** Validators whose schemas are not taken apart: all is validated. */
const OTHERS = [
  { name: 'valibot', schema: bot },
  { name: 'arktype', schema: ark },
];

async function run(): ReturnType<Row['run']> {
  await warmUp();
  const figures: Figure[] = [];
  // oxlint-disable-next-line no-await-in-loop -- one after the other: they would measure each other
  for (const each of CASES) figures.push(await measureUpdates(each));
  const peers: Peer[] = [];
  for (const { name, schema } of OTHERS) {
    const other = {
      ...common,
      id: name,
      schema,
      target: Infinity,
      what: 'one leaf of 1 MB, in full',
    };
    // oxlint-disable-next-line no-await-in-loop -- see above
    const { value, unit, detail } = await measureUpdates(other);
    peers.push({ name, detail: `${value.toFixed(2)} ${unit}, ${detail}` });
  }
  return { figures, peers };
}

/** What a schema adds to an update: only what changed is validated, where the schema is made of parts. */
export const row: Row = {
  title: 'bytes in, listener called, one leaf changed, with a schema',
  why: `The document shares with the one before all that did not change, and so does the value: a zod schema that is made of objects, records and
lists is asked about the rest alone. Where it has a rule for all of the document, or is of another library, it is asked about the whole, which is most
of the time then.`,
  run,
};
