import { seededRandom } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { fitLine, type Point } from './fit.ts';

const RUNS = 400;
const COUNT = 120;

/** Readings around a line, each near the one before by `correlation`. */
function readings(slope: number, correlation: number, random: () => number): Point[] {
  let noise = 0;
  return Array.from({ length: COUNT }, (_, at) => {
    noise = correlation * noise + (random() + random() + random() - 1.5);
    return { at, value: 100 + slope * at + noise };
  });
}

/** In which share of runs the interval holds `slope`. */
function coverage(correlation: number): number {
  const random = seededRandom(1);
  let held = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const { low, high } = fitLine(readings(0.01, correlation, random));
    if (low <= 0.01 && high >= 0.01) held += 1;
  }
  return held / RUNS;
}

test('fitLine() finds the line that points lie on', () => {
  const points = [0, 1, 2, 3].map((at) => ({ at, value: 7 - 2 * at }));
  expect(fitLine(points)).toEqual({ slope: -2, low: -2, high: -2, correlation: 0 });
});

test('fitLine() gives an interval that holds the slope in 95 of 100 cases, of fresh readings', () => {
  expect(coverage(0)).toBeGreaterThan(0.92);
  expect(coverage(0)).toBeLessThan(0.98);
});

test('fitLine() widens the interval where neighbours are alike', () => {
  expect(coverage(0.6)).toBeGreaterThan(0.9);
});

test('fitLine() tells a leak from noise', () => {
  const { low } = fitLine(readings(0.1, 0.6, seededRandom(3)));
  expect(low).toBeGreaterThan(0.05);
});
