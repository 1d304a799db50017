// Bears ten minutes of edits, faults and ten thousand polls a minute, and tells whether anything grows: `pnpm soak`.
// Longer by `--minutes 180`, with other chance by `--seed 7`.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ONE_HEAP } from '../tools/fuzz/in-child.ts';
import type { OriginPlaces } from './soak/origin-process.ts';
import type { Held, Sample } from './soak/sample.ts';
import type { SoakNews, SoakOrder } from './soak/subject.ts';
import { verdict } from './soak/verdict.ts';

const CONFIGS = 24;
/** Samples: seldom enough to differ, often enough for a line. */
const SAMPLES = 120;
const LEAST_EVERY_MS = 1_000;
/** Samples between two lines of progress. */
const PROGRESS = 6;

/**
 * What V8 does by and by, it does not do here, so that memory shows what is held: growing the young generation, leaving
 * pages half empty (RSS by 11 MB an hour, with a heap that did not grow), and compiling what is hot, which goes on for an
 * hour (all of 3.4 MB of heap).
 */
const STEADY_HEAP = [
  '--max-semi-space-size=4',
  '--compact-on-every-full-gc',
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
];

function start(file: string, args: readonly string[], nodeFlags: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(`soak/${file}`, import.meta.url)), args, {
    execArgv: ['--import', 'tsx', ...nodeFlags],
    env: { ...process.env, ...ONE_HEAP },
  });
}

/** What a soak found. */
interface Found {
  readonly samples: readonly Sample[];
  readonly warnings: readonly string[];
  /** Absent when the process did not live until its end. */
  readonly end: Extract<SoakNews, { kind: 'end' }> | undefined;
}

async function run(minutes: number, seed: number): Promise<Found> {
  const origin = start('origin-process.ts', [String(CONFIGS), String(seed)], []);
  const [places] = (await once(origin, 'message')) as [OriginPlaces];
  const subject = start('subject-process.ts', [], STEADY_HEAP);
  const durationMs = minutes * 60_000;
  const everyMs = Math.max(LEAST_EVERY_MS, durationMs / SAMPLES);
  const samples: Sample[] = [];
  const warnings: string[] = [];
  let end: Found['end'];
  subject.on('message', (news: SoakNews) => {
    if (news.kind === 'warning') warnings.push(news.text);
    else if (news.kind === 'end') end = news;
    else if (samples.push(news.sample) % PROGRESS === 0) console.log(line(news.sample));
  });
  subject.send({ places, seed, durationMs, everyMs } satisfies SoakOrder);
  await once(subject, 'exit');
  origin.disconnect();
  return { samples, warnings, end };
}

function line(sample: Sample): string {
  const { at, heap, rss, sockets, timers, ownTimers, changeListeners, polls } = sample;
  const memory = `heap ${(heap / 1e6).toFixed(2)} MB, RSS ${(rss / 1e6).toFixed(1)} MB`;
  return `… ${at.toFixed(0)} s: ${memory}, ${sockets} sockets, ${timers} timers (${ownTimers} ours), ${changeListeners} listeners, ${polls} polls`;
}

/** What was open before, and is open after all was closed. */
function left(before: Held, after: Held): { readonly holds: boolean; readonly text: string } {
  const keys = Object.keys(before) as (keyof Held)[];
  const more = keys.filter((key) => after[key] > before[key]);
  const text = keys.map((key) => `${after[key]} ${key}, before ${before[key]}`).join('; ');
  return {
    holds: more.length === 0,
    text: `${'after close'.padEnd(16)} ${more.length === 0 ? 'ok   ' : 'short'} ${text}`,
  };
}

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});
const { samples, warnings, end } = await run(Number(values.minutes), Number(values.seed));
const judged = [...verdict(samples), ...(end ? [left(end.before, end.after)] : [])];
const last = samples.at(-1)!;
console.log(
  `\n${last.polls} polls in ${(last.at / 60).toFixed(1)} minutes: ${((last.polls / last.at) * 60).toFixed(0)} a minute; ${samples.length} samples, a third of them warm-up`,
);
for (const { text } of judged) console.log(text);
for (const text of warnings) console.log(`warning          ${text}`);
const holds = end !== undefined && warnings.length === 0 && judged.every((each) => each.holds);
console.log(`soak ${holds ? 'ok' : 'short'}`);
process.exitCode = holds ? 0 : 1;
