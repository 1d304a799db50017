/** One reading at a time. */
export interface Point {
  /** In any unit. */
  readonly at: number;
  readonly value: number;
}

/** A straight line through points, and how sure its slope is. */
export interface Fit {
  /** By unit of time. */
  readonly slope: number;
  /** The slope lies between these with a probability of 95 %. */
  readonly low: number;
  readonly high: number;
  /** Correlation of what is left of neighbouring points, 0 to 1. */
  readonly correlation: number;
}

/** Of the normal distribution: so many standard errors to each side hold 95 %. */
const ERRORS_95 = 1.96;

/**
 * Ordinary least squares. Neighbouring readings of a process are alike, so that each tells less than a fresh one would:
 * the standard error is widened as if there were as many fewer of them (an AR(1) process: by √((1+ρ)/(1−ρ))).
 */
export function fitLine(points: readonly Point[]): Fit {
  const count = points.length;
  const meanAt = mean(points.map(({ at }) => at));
  const meanValue = mean(points.map(({ value }) => value));
  const spread = sum(points.map(({ at }) => (at - meanAt) ** 2));
  const slope = sum(points.map(({ at, value }) => (at - meanAt) * (value - meanValue))) / spread;
  const left = points.map(({ at, value }) => value - meanValue - slope * (at - meanAt));
  const correlation = neighbours(left);
  const inflation = Math.sqrt((1 + correlation) / (1 - correlation));
  const error = Math.sqrt(sum(left.map((value) => value ** 2)) / (count - 2) / spread) * inflation;
  return {
    slope,
    low: slope - ERRORS_95 * error,
    high: slope + ERRORS_95 * error,
    correlation,
  };
}

/** Correlation of neighbours; what would make the interval narrower is left out, and what would make it endless, too. */
function neighbours(values: readonly number[]): number {
  const all = sum(values.map((value) => value ** 2));
  if (all === 0) return 0;
  const pairs = sum(values.slice(1).map((value, i) => value * values[i]!));
  return Math.min(Math.max(pairs / all, 0), 0.99);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
