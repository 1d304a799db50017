import type { Row } from '../harness/row.ts';
import { measureUpdates, warmUp } from '../harness/updates.ts';

/** About 1 MB in which each leaf is another one after each edit. */
function rewritten(edits: number): string {
  const services = Array.from({ length: 5_000 }, (_, i) => [
    `service-${i}`,
    {
      url: `http://service-${i}.internal:8080/api/${edits}`,
      timeoutMs: 1000 + (i % 50) + edits,
      enabled: edits % 2 === 0,
      weight: i / 7 + edits,
      tags: [`blue-${edits}`, `zone-${i % 9}-${edits}`],
      retry: { attempts: edits, backoff: `exponential-${edits}` },
    },
  ]);
  return JSON.stringify({ revision: edits, services: Object.fromEntries(services) });
}

async function run(): ReturnType<Row['run']> {
  await warmUp();
  const what = 'each leaf of 1 MB';
  const figure = await measureUpdates({
    id: 'all-change',
    text: rewritten,
    target: 2,
    rounds: 21,
    what,
  });
  return { figures: [figure] };
}

/** What a rewrite costs: all is decoded, parsed, walked and frozen; who asks for the changes pays for them. */
export const row: Row = {
  title: 'bytes in, listener called, every leaf changed',
  why: `What cannot be avoided is one JSON.parse. Beside it the text is decoded, and one walk over the old and the new document shares what is
equal, freezes what is new and sees whether anything is gone; the audit trail notes which paths changed. No peer compares or freezes, so none
has this figure; \`stall\` has the time that theirs takes.`,
  run,
};
