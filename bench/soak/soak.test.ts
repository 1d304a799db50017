import { seededRandom } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { soakOrigin } from './origin.ts';
import type { Sample } from './sample.ts';
import { soak, type SoakNews } from './subject.ts';
import { verdict } from './verdict.ts';

test('soak() bears edits and faults, and tells of all that it holds until nothing is left', async () => {
  await using origin = await soakOrigin(4, seededRandom(1));
  const places = {
    urls: origin.paths.map((path) => origin.url(path)),
    eventsUrl: origin.eventsUrl,
  };
  const news: SoakNews[] = [];
  await soak({ places, seed: 1, durationMs: 1_500, everyMs: 500 }, (each) => news.push(each));
  const samples = news.flatMap((each) => (each.kind === 'sample' ? [each.sample] : []));
  expect(samples.length).toBeGreaterThanOrEqual(2);
  const { at, polls, changeListeners } = samples.at(-1)!;
  expect(at).toBeGreaterThan(samples[0]!.at);
  expect(polls).toBeGreaterThan(10);
  expect(changeListeners).toBeGreaterThan(5);
  expect(news.at(-1)!.kind).toBe('end');
});

const flat: Sample = {
  at: 0,
  heap: 20e6,
  rss: 100e6,
  sockets: 8,
  timers: 2,
  ownTimers: 1,
  processListeners: 11,
  changeListeners: 100,
  polls: 0,
};

/** Ten minutes of readings, of which one thing grows by so much an hour. */
function readings(key: keyof Sample, anHour: number): Sample[] {
  const random = seededRandom(2);
  return Array.from({ length: 120 }, (_, i) => {
    const at = i * 5;
    const rest = { ...flat, at, heap: flat.heap + 2e4 * random(), rss: flat.rss + 1e6 * random() };
    return { ...rest, [key]: rest[key] + (anHour * at) / 3_600 };
  });
}

test.each<[keyof Sample, number, boolean]>([
  ['heap', 0, true],
  ['heap', 1e6, true],
  ['heap', 5e6, false],
  ['rss', 0, true],
  ['rss', 5e7, false],
  ['sockets', 10, true],
  ['sockets', 60, false],
  ['changeListeners', 600, false],
])('verdict() of a process whose %s grows by %d an hour: holds is %s', (key, anHour, holds) => {
  const judged = verdict(readings(key, anHour));
  expect(judged.every((each) => each.holds)).toBe(holds);
  expect(judged.filter((each) => !each.holds).map(({ text }) => text.split(' ')[0])).toEqual(
    holds ? [] : [key],
  );
});
