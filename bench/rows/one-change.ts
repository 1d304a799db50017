import { documentOf } from '../harness/document.ts';
import type { Figure, Row } from '../harness/row.ts';
import { measureUpdates, type Updates, warmUp } from '../harness/updates.ts';

const CASES: readonly Updates[] = [
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
    id: 'one-change-pair',
    text: (edits) =>
      documentOf(1_000_000, edits).replace(
        /("revision":)(\d+)/,
        (_, key, n) => `${key}${n},"at":"${n}"`,
      ),
    target: 0.25,
    rounds: 31,
    what: 'two neighbours of 1 MB, a revision and a time',
  },
  {
    id: 'one-change-far',
    text: (edits) => documentOf(1_000_000, edits, edits),
    target: 0.35,
    rounds: 31,
    what: 'a leaf at each end of 1 MB',
  },
  {
    id: 'one-change-entry',
    text: (edits) =>
      documentOf(1_000_000).replace('"service-2000":', (key) => newOnes(edits) + key),
    target: 0.7,
    rounds: 31,
    what: 'entries come or go, in a table of 1 MB',
  },
  {
    id: 'one-change-full',
    text: (edits) =>
      documentOf(1_000_000).replaceAll(
        /("service-\d*00":.*?"weight":)/g,
        (key) => `${key}1${edits}`,
      ),
    target: 2,
    rounds: 31,
    what: 'a leaf in each hundredth entry of 1 MB, so that all of it is read',
  },
];

/** Up to six entries: another number than after the last edits. */
function newOnes(edits: number): string {
  return Array.from({ length: edits % 7 }, (_, i) => `"new-${i}":{"n":${i}},`).join('');
}

async function run(): ReturnType<Row['run']> {
  await warmUp();
  const figures: Figure[] = [];
  // oxlint-disable-next-line no-await-in-loop -- one after the other: they would measure each other
  for (const each of CASES) figures.push(await measureUpdates(each));
  return { figures };
}

/** What an update costs: of a few small changes only the entries around them are read, else all is decoded, parsed and walked once. */
export const row: Row = {
  title: 'bytes in, listener called, one leaf changed, or a few',
  why: `The bytes are compared from both ends. Between the first and the last that differ lies one value; that alone is parsed, and put into
a copy of the way from the top to it, while all else is the object that it was. So the cost is that of comparing, not of parsing, and
falls further behind JSON.parse the larger the document is. Several changes far apart are found one after the other, and entries
may come and go: \`one-change-entry\` costs most, since the table around them, of 5 000 keys, is copied. Where more changes than one in 32 KiB,
nothing is gained, and the document is read as a whole: \`one-change-full\`. That both ways give the same is proved by property tests over odd
documents.`,
  run,
};
