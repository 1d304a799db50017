import { OptionCheck } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { AuditListOptions, AuditPolicy } from '../options/audit.ts';
import type { AuditRecord } from '../ports/audit.ts';
import type { ValueChange } from '../state/change-details.ts';
import {
  type AuditDetails,
  type AuditedEvent,
  AUDITED,
  type AuditOrigin,
  defined,
  detailsOf,
  isoTime,
  MAX_COUNTED,
  pathsOf,
} from './audit-records.ts';
import { changesBetween } from './changes.ts';
import { SinkQueue, type SinkServices } from './audit-sink.ts';

/** What the trail needs of its manager. */
export interface AuditServices extends SinkServices {
  readonly environment: string;
}

/** The config whose value changed. */
interface AuditSubject {
  readonly policy: Pick<ConfigPolicy, 'name' | 'arrayKey' | 'secrets'>;
}

/**
 * What changed values, by whom and why: a bounded list in memory, and a sink if there is one. It comes with the way of a
 * document, so that it is there before anything can change. It is told of changes directly, so that no `config.changed`
 * is made that nobody listens to.
 */
export class AuditTrail {
  readonly #services: AuditServices;
  readonly #keep: number;
  readonly #sink: SinkQueue | undefined;
  /** Oldest first. */
  readonly #records: AuditRecord[] = [];

  constructor(services: AuditServices, { keep, sink }: AuditPolicy) {
    this.#services = services;
    this.#keep = keep;
    if (sink) {
      const lost = (count: number): AuditRecord =>
        this.#record('', { action: 'audit.lost', lost: count });
      this.#sink = new SinkQueue(sink, services, lost);
    }
    const add = (event: AuditedEvent): void => this.#add(event.config, detailsOf(event));
    for (const type of AUDITED) services.events.on<AuditedEvent['type']>(type, add);
  }

  /** Another value is in force. */
  changed(subject: AuditSubject, change: ValueChange, origin: AuditOrigin): void {
    const { previous, value, version, trigger } = change;
    const { arrayKey, secrets } = subject.policy;
    const as = { arrayKey, secrets, at: [], limit: MAX_COUNTED };
    // at once, or the record would keep both values alive; and only so many, since everything may have changed
    const changed = previous === undefined ? {} : pathsOf(changesBetween(previous, value, as));
    const { by, reason, sources = [], reloadId } = origin;
    const named = sources.length > 0 ? Object.freeze(sources) : undefined;
    const from = { by, reason, trigger, sources: named };
    const what = { version, ...changed, reloadId };
    this.#add(subject.policy.name, defined({ action: 'config.changed', ...from, ...what }));
  }

  /** Newest first. @throws {HoldfastError} `INVALID_OPTIONS` */
  list(options: AuditListOptions): readonly AuditRecord[] {
    const check: OptionCheck = new OptionCheck('audit.list()');
    const known = ['limit', 'config', 'since'] satisfies (keyof AuditListOptions)[];
    check.object('options', options, known);
    const { limit = 100, config, since = 0 } = options;
    check.count('limit', limit, 1);
    if (config !== undefined) check.text('config', config);
    check.count('since', since, 0);
    return this.#records
      .filter((record) => (config === undefined || record.config === config) && record.at >= since)
      .slice(-limit)
      .toReversed();
  }

  /** Resolves when the sink has all records and is closed, or had time enough for it. Never rejects. */
  async close(): Promise<void> {
    await this.#sink?.close();
  }

  #add(config: string, details: AuditDetails): void {
    const record = this.#record(config, details);
    this.#records.push(record);
    if (this.#records.length > this.#keep) this.#records.shift();
    this.#sink?.push(record);
  }

  #record(config: string, details: AuditDetails): AuditRecord {
    const { clock, environment } = this.#services;
    const at = clock.now();
    return Object.freeze({ at, time: isoTime(at), config, environment, ...details });
  }
}
