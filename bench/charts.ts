// Draws the charts of the docs: `pnpm charts`. What is drawn is simulated with the same chance each time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tools/workspace.ts';
import { fleetCharts } from './fleet/charts.ts';
import { lineChart } from './harness/chart.ts';

const folder = join(root, 'docs/fleet');
mkdirSync(folder, { recursive: true });
for (const [name, chart] of fleetCharts()) {
  const svg = lineChart(chart);
  writeFileSync(join(folder, `${name}.svg`), svg);
  console.log(`docs/fleet/${name}.svg ${(svg.length / 1000).toFixed(1)} kB`);
}
