import { documentOf } from '../harness/document.ts';
import type { Row } from '../harness/row.ts';
import { measureUpdates, warmUp } from '../harness/updates.ts';

const DOCUMENT = JSON.parse(documentOf(1_000_000)) as object;

/** The same content with its keys turned round or not, and with more blanks each time. */
function respelled(edits: number): string {
  const entries = Object.entries(DOCUMENT);
  const turned = edits % 2 === 0 ? entries : entries.toReversed();
  return `${' '.repeat(edits)}${JSON.stringify(Object.fromEntries(turned))}`;
}

async function run(): ReturnType<Row['run']> {
  await warmUp();
  const figure = await measureUpdates({
    id: 'reordered',
    text: respelled,
    target: 2.2,
    rounds: 21,
    what: 'the same 1 MB spelled another way',
    silent: true,
  });
  return { figures: [figure] };
}

/** What an answer costs that says nothing new in other words: all is read, and nobody hears of it. */
export const row: Row = {
  title: '200 with the same content in another order and spacing',
  why: `All of it is decoded and parsed, which is the one part that JSON.parse has, too. One walk then compares it with the value in force
and finds each part equal, whatever the order of the keys; nothing is sorted, written as text or hashed. Nobody hears of it.`,
  run,
};
