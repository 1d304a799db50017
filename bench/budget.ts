// What a start costs beside what it may cost: part of `pnpm check`. Bytes are exact, so too many fail it; times are printed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conclude, root } from '../tools/workspace.ts';
import { bundleRows } from './harness/bundle.ts';
import { layOut } from './harness/installed.ts';
import { over } from './harness/over-budget.ts';
import type { Row } from './harness/row.ts';

/** An entry of `bench/budget.json`. */
interface Budget {
  /** What the first figure of the row may be. */
  readonly most: number;
  /** Why it may be so much; who raises it says here what for. */
  readonly why: string;
}

const budget = JSON.parse(readFileSync(join(root, 'bench/budget.json'), 'utf8')) as Record<
  string,
  Budget
>;
await bundleRows(Object.keys(budget));
await layOut();
const problems: string[] = [];
for (const [id, { most, why }] of Object.entries(budget)) {
  const { row } = (await import(join(root, `bench/.rows/rows/${id}.mjs`))) as { row: Row };
  const { value, unit, detail } = await row.quick!();
  console.log(`${id.padEnd(12)} ${value.toFixed(2)} ${unit}, budget ${most} (${detail})`);
  problems.push(...over({ id, value, most, why }));
}
conclude(problems, {
  ok: 'the bundle is within its budget; times are for you to read',
  fix: 'Take out what came in, or raise `most` in bench/budget.json and say in its `why` what it is for.',
});
