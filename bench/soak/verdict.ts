import { fitLine } from './fit.ts';
import type { Sample } from './sample.ts';

/** A line of the verdict. */
export interface Judged {
  readonly holds: boolean;
  readonly text: string;
}

const HOUR_S = 3_600;
const MB = 1_000_000;
/** Heap and RSS may grow by less in an hour. */
const GROWTH_BYTES = 2 * MB;
/** Counts may grow by less in an hour: of thousands that come and go in it, each tenth that stayed would be seen. */
const GROWTH_COUNT = 20;

const MEMORY = ['heap', 'rss'] as const;
const COUNTS = [
  'sockets',
  'timers',
  'ownTimers',
  'processListeners',
  'changeListeners',
] as const satisfies readonly (keyof Sample)[];

/** What came of a soak: a line for each thing that must not grow. The first third of the samples is warm-up. */
export function verdict(samples: readonly Sample[]): Judged[] {
  const counted = samples.slice(Math.ceil(samples.length / 3));
  return [
    ...MEMORY.map((key) => judge(counted, key, { unit: MB, name: 'MB', growth: GROWTH_BYTES })),
    ...COUNTS.map((key) => judge(counted, key, { unit: 1, name: '', growth: GROWTH_COUNT })),
  ];
}

interface Terms {
  readonly unit: number;
  readonly name: string;
  readonly growth: number;
}

function judge(samples: readonly Sample[], key: keyof Sample, terms: Terms): Judged {
  const { unit, name, growth } = terms;
  const values = samples.map((sample) => sample[key]);
  const { slope, low, high, correlation } = fitLine(
    samples.map(({ at }, i) => ({ at: at / HOUR_S, value: values[i]! })),
  );
  const holds = low <= 0 || slope < growth;
  const show = (value: number): string => (value / unit).toFixed(unit === 1 ? 1 : 2);
  const range = `${show(Math.min(...values))}–${show(Math.max(...values))} ${name}`.trim();
  const text = [
    `${key.padEnd(16)} ${holds ? 'ok   ' : 'short'} ${range}`,
    `${show(slope)} ${name} an hour`.replace('  ', ' '),
    `95 %: ${show(low)} to ${show(high)}`,
    `neighbours correlate by ${correlation.toFixed(2)}`,
  ];
  return { holds, text: text.join('; ') };
}
