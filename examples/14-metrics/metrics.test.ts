import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configServer } from '@holdfast/testing/config-server';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { needs, programPath } from '../../packages/testing/src/faults/needs.fixture.ts';
import { startService } from './service.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');

interface Rules {
  readonly groups: readonly { readonly rules: readonly { alert: string; expr: string }[] }[];
}

interface Dashboard {
  readonly panels: readonly { title: string; targets: readonly { expr: string }[] }[];
  readonly templating: { readonly list: readonly { definition?: string }[] };
}

/** Everything that asks for metrics: rules by their alert, panels by their title. */
function queries(): [what: string, expr: string][] {
  const { groups } = parse(read('alerts.yml')) as Rules;
  const { panels, templating } = JSON.parse(read('dashboard.json')) as Dashboard;
  return [
    ...groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
    ...templating.list.flatMap(({ definition }) =>
      definition === undefined ? [] : [['a variable', definition] as const],
    ),
  ].map(([what, expr]) => [what, expr]);
}

/** The selectors of a query: `config_state{state="stale"}` is the name and what its labels must be. */
function selectorsOf(expr: string): { name: string; labels: string }[] {
  return [...expr.matchAll(/\b((?:config|reload)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name, labels = '']) => ({ name: name!.replace(/_(?:bucket|sum|count)$/, ''), labels }),
  );
}

/** Whether a series has such labels, as Prometheus matches them; what a dashboard fills in matches all. */
function matches(series: string, labels: string): boolean {
  return [...labels.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)].every(([, label, how, wanted]) => {
    const value = new RegExp(`\\b${label}="([^"]*)"`).exec(series)?.[1];
    if (value === undefined) return false;
    if (how !== '=~') return (value === wanted) === (how === '=');
    return new RegExp(`^(?:${wanted!.replace(/^\$\w+$/, '.*')})$`).test(value);
  });
}

/** What Prometheus reads of the service after a poll that failed. */
async function scrape(): Promise<string> {
  const server = await configServer({ documents: { '/service.json': { pool: { size: 4 } } } });
  const { config, metricsUrl, stop } = await startService(server.url('/service.json'));
  onTestFinished(async () => {
    await stop();
    await server.close();
  });
  await server.fault('refuse');
  await config.refresh();
  return (await fetch(metricsUrl)).text();
}

/** Names of metrics in the table of the guide, which core holds to what there is. */
const documented = [...read('../../docs/metrics.md').matchAll(/^\| `(\w+)`/gm)].map(
  ([, name]) => name!,
);

test('every metric that a rule or a panel asks for is one that there is, with such labels', async () => {
  const lines = (await scrape()).split('\n').filter((line) => /^\w+\{/.test(line));
  const series = lines.map((line) => line.replace(/^(\w+)_(?:bucket|sum|count)\{/, '$1{'));
  const wrong = queries().flatMap(([what, expr]) =>
    selectorsOf(expr)
      .filter(({ name, labels }) => {
        const named = series.filter((line) => line.startsWith(`${name}{`));
        return !named.some((line) => matches(line, labels));
      })
      .map(({ name, labels }) => `${what}: ${name}{${labels}}`),
  );
  expect(wrong).toEqual([]);
});

test('there is an alert or a panel for every metric', () => {
  const asked = new Set(queries().flatMap(([, expr]) => selectorsOf(expr).map(({ name }) => name)));
  expect(documented.filter((name) => !asked.has(name))).toEqual([]);
});

test.runIf(needs('promtool'))('promtool takes the rules, their tests, and the scrape', async () => {
  const promtool = (args: readonly string[], input = ''): string =>
    execFileSync(programPath('promtool')!, args, {
      cwd: import.meta.dirname,
      input,
      encoding: 'utf8',
    });
  expect(promtool(['check', 'rules', 'alerts.yml'])).toContain('SUCCESS: 9 rules found');
  expect(promtool(['test', 'rules', 'alerts.test.yml'])).toContain('SUCCESS');
  // it would print what it finds, and end with 3
  expect(promtool(['check', 'metrics'], await scrape())).toBe('');
});
