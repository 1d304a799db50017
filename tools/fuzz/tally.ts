import type { Report } from './order.ts';

/** The run so far, in numbers. */
export class Tally {
  cases = 0;
  polls = 0;
  readonly #kinds = new Map<string, number>();
  #slowest: Report | undefined;
  #warmRss: number | undefined;
  #peakRss = 0;
  readonly #warmUp: number;

  /** `warmUp`: cases before memory counts. */
  constructor(warmUp: number) {
    this.#warmUp = warmUp;
  }

  add(report: Report): void {
    this.cases += 1;
    for (const { kind, code } of report.polls) {
      this.polls += 1;
      const name = code === '' ? kind : `${kind} ${code}`;
      this.#kinds.set(name, (this.#kinds.get(name) ?? 0) + 1);
    }
    if (report.durationMs > (this.#slowest?.durationMs ?? 0)) this.#slowest = report;
    this.#peakRss = Math.max(this.#peakRss, report.rss);
    if (this.cases === this.#warmUp) this.#warmRss = this.#peakRss;
  }

  /** How much the process grew after the warm-up, at its peak, in bytes. Nothing before its end. */
  get growth(): number {
    return this.#warmRss === undefined ? 0 : this.#peakRss - this.#warmRss;
  }

  /** In one line. */
  summary(): string {
    const kinds = [...this.#kinds].toSorted(([, a], [, b]) => b - a);
    const { number = 0, durationMs = 0 } = this.#slowest ?? {};
    return [
      `${this.cases} cases, ${this.polls} polls`,
      kinds.map(([kind, count]) => `${count} ${kind}`).join(', '),
      `memory grew by ${(this.growth / 2 ** 20).toFixed(1)} MiB`,
      `slowest: case ${number}, ${(durationMs / 1000).toFixed(1)} s`,
    ].join('; ');
  }
}
