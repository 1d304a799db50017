import type { BatchObservableCallback, Meter, ObservableGauge } from '@opentelemetry/api';
import type { Unsubscribe } from '../events.ts';
import type { ManagerSummary } from '../summary.ts';
import type { Guard } from './guard.ts';
import { listen, type Listening } from './listen.ts';
import {
  type GaugeName,
  GAUGES,
  type Labels,
  type LastPoll,
  type LastPollOf,
  type Show,
  showSummary,
} from './readings.ts';

/** The gauges: one look at the summary for each collection, and none in between. */
export class StatusGauges {
  readonly #meter: Meter | undefined;
  readonly #guard: Guard;
  readonly #summary: () => ManagerSummary;
  readonly #gauges = new Map<GaugeName, ObservableGauge>();
  /**
   * The series of the last collection. What is not there any more is shown as 0 once: the SDK for JavaScript goes on to show
   * its last value for ever, to all readers, and would so show an alert that ended with its config.
   */
  #shown = new Map<string, { readonly name: GaugeName; readonly labels: Labels }>();
  /** By config, then by source. */
  readonly #lastPolls = new Map<string, Map<string, LastPoll>>();

  constructor(meter: Meter | undefined, guard: Guard, summary: () => ManagerSummary) {
    this.#meter = meter;
    this.#guard = guard;
    this.#summary = summary;
    for (const name of Object.keys(GAUGES) as GaugeName[]) {
      const unit = name.endsWith('_seconds') ? { unit: 's' } : {};
      const options = { description: GAUGES[name], ...unit };
      const gauge = guard.call(() => meter?.createObservableGauge(name, options));
      if (gauge) this.#gauges.set(name, gauge);
    }
    guard.call(() => meter?.addBatchObservableCallback(this.#observe, this.#all()));
  }

  /** Remembers when polls are due. */
  listenTo(manager: Listening): Unsubscribe[] {
    return listen(manager, this.#guard, {
      'poll.finished': ({ config, source, at, next }) => {
        const polls = this.#lastPolls.get(config) ?? new Map<string, LastPoll>();
        this.#lastPolls.set(config, polls.set(source, { at, next }));
      },
      'status.changed': ({ config, state }) => {
        if (state === 'closed') this.#lastPolls.delete(config);
      },
    });
  }

  /** Whoever collects reads nothing more. */
  stop(): void {
    this.#guard.call(() => this.#meter?.removeBatchObservableCallback(this.#observe, this.#all()));
  }

  readonly #observe: BatchObservableCallback = (result) => {
    this.#guard.call(() => {
      const gone = this.#shown;
      this.#shown = new Map();
      const observe: Show = (name, value, labels) => {
        const gauge = this.#gauges.get(name);
        if (gauge) result.observe(gauge, value, labels);
      };
      const show: Show = (name, value, labels) => {
        const key = `${name} ${JSON.stringify(labels)}`;
        gone.delete(key);
        this.#shown.set(key, { name, labels });
        observe(name, value, labels);
      };
      const lastPollOf: LastPollOf = (config, source) => this.#lastPolls.get(config)?.get(source);
      showSummary(this.#summary(), lastPollOf, show);
      for (const { name, labels } of gone.values()) observe(name, 0, labels);
    });
  };

  #all(): ObservableGauge[] {
    return [...this.#gauges.values()];
  }
}
