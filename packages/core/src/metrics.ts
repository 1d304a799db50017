import { type MeterProvider, metrics } from '@opentelemetry/api';
import type { Unsubscribe } from './events.ts';
import { OptionCheck } from './options/check.ts';
import type { ConfigManager } from './manager.ts';
import { EventCounters } from './metrics/counters.ts';
import { StatusGauges } from './metrics/gauges.ts';
import { Guard } from './metrics/guard.ts';

/** Options of {@link observeMetrics}. */
export interface MetricsOptions {
  /** Where the meter comes from. @default {the global one of `@opentelemetry/api`, as it is at the call} */
  readonly meterProvider?: MeterProvider;
}

/** What is observed of a manager: nothing but what everybody can see. */
export type ObservedManager = Pick<ConfigManager, 'on' | 'summary'>;

/**
 * Makes OpenTelemetry metrics of what a manager tells: counters of its events, gauges of its summary. Gauges are read
 * when somebody collects, so that nothing runs meanwhile. The names are those that Prometheus shows.
 *
 * Labels are names that the application gave (config, source), the origins of its loaders, and words of Holdfast; never a
 * value, a message or a path of a document. A meter that throws harms nothing: `listener.failed` tells of it, once.
 *
 * @returns Stops it: nothing is counted or read any more. An SDK may go on to show what it saw last.
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function observeMetrics(
  manager: ObservedManager,
  options: MetricsOptions = {},
): Unsubscribe {
  const check: OptionCheck = new OptionCheck('observeMetrics()');
  check.methods('manager', manager, ['on', 'summary']);
  check.object('options', options, ['meterProvider'] satisfies (keyof MetricsOptions)[]);
  const { meterProvider = metrics.getMeterProvider() } = options;
  check.methods('meterProvider', meterProvider, ['getMeter']);
  const guard = new Guard();
  const meter = guard.call(() => meterProvider.getMeter('@holdfast/core'));
  const counters = new EventCounters(meter, guard);
  const gauges = new StatusGauges(meter, guard, () => {
    const summary = manager.summary();
    // at 0 from the beginning: what begins at 1 never rose, for those who ask by how much
    for (const { config } of summary.configs) counters.begin(config);
    return summary;
  });
  const stops = [...counters.listenTo(manager), ...gauges.listenTo(manager), () => gauges.stop()];
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}
