import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/workspace.ts';
import { barChart } from './bar-chart.ts';
import { chartOf } from './chart-of.ts';
import { pageOf, type RowOnPage } from './page.ts';
import type { RunReport } from './run-report.ts';

const PAGE = join(root, 'docs/performance.md');
const CHARTS = join(root, 'docs/performance');

/** Writes `docs/performance.md` and a chart for each row, of what a run found. */
export async function writePage(report: RunReport, rows: readonly RowOnPage[]): Promise<void> {
  mkdirSync(CHARTS, { recursive: true });
  for (const file of readdirSync(CHARTS)) rmSync(join(CHARTS, file));
  for (const { id, findings } of rows) {
    writeFileSync(join(CHARTS, `${id}.svg`), await barChart(chartOf(findings)));
  }
  writeFileSync(PAGE, pageOf(report, rows));
  spawnSync(join(root, 'node_modules/.bin/oxfmt'), [PAGE], { stdio: 'inherit' });
}
