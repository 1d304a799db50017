import type { BarChart } from './bar-chart.ts';
import { peersOf } from './page.ts';
import type { Findings } from './row.ts';

/**
 * The first figure beside its peers. A row without peers shows all of its figures, as shares of what is asked of each,
 * since their units differ.
 */
export function chartOf(findings: Findings): BarChart {
  const [first] = findings.figures as [Findings['figures'][number]];
  const peers = peersOf(first, findings);
  if (peers.length === 0) {
    const asked = findings.figures.filter(({ target }) => target > 0);
    const bars = asked.map(({ id, value, target }) => ({
      name: id,
      value: (100 * value) / target,
      kind: 'ours' as const,
    }));
    return { unit: '% of what is asked at most', bars, target: 100 };
  }
  const others = peers.map(({ name, value, limit }) => ({
    name,
    value: value!,
    kind: limit === true ? ('limit' as const) : ('peer' as const),
  }));
  const bars = [{ name: 'Holdfast', value: first.value, kind: 'ours' as const }, ...others];
  return {
    unit: first.unit,
    bars: bars.toSorted((a, b) => a.value - b.value),
    target: first.target,
  };
}
