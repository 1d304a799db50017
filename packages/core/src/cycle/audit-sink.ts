import type { EventHub } from '../event-hub.ts';
import {
  backoffWait,
  CLOSE_PATIENCE_MS,
  Delay,
  HoldfastError,
  messageOf,
  settlesWithin,
} from '../lazy-base.ts';
import type { AuditRecord, AuditSink } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import { pauseOf } from './pause-of.ts';

/** What a {@link SinkQueue} needs of its manager. */
export interface SinkServices {
  readonly clock: Clock;
  readonly random: () => number;
  readonly scheduler: Scheduler;
  readonly events: EventHub;
}

/** Records that wait at most. */
const MAX_WAITING = 1_000;
/** A failed write is tried again: after a second at first, after a minute at last. */
const BACKOFF = { minIntervalMs: 500, intervalMs: 1_000, backoffMaxMs: 60_000 };
/** A write that takes longer is told of. */
const SLOW_MS = 10_000;

/**
 * Hands records to a sink: in order, one at a time, never on the way of a commit.
 *
 * What the sink refuses is tried again, for ever: an audit must not skip a record. While it fails, records wait; beyond
 * {@link MAX_WAITING} of them the *new* ones are dropped, so that what is written has one gap, at a known place: once
 * there is room, a record says how many are missing there. A write that hangs is waited for, since a second one beside it
 * could be written twice or in the wrong order.
 */
export class SinkQueue {
  readonly #sink: AuditSink;
  readonly #services: SinkServices;
  /** Makes the record of so many lost ones. */
  readonly #lossOf: (count: number) => AuditRecord;
  readonly #retry: Delay;
  /** Oldest first; the first one is being written. */
  readonly #waiting: AuditRecord[] = [];
  #lost = 0;
  #working: Promise<void> | undefined;
  /** Failures in a row. */
  #level = 0;
  #closing: Promise<void> | undefined;

  constructor(sink: AuditSink, services: SinkServices, lossOf: (count: number) => AuditRecord) {
    this.#sink = sink;
    this.#services = services;
    this.#lossOf = lossOf;
    this.#retry = new Delay(services.scheduler, () => this.#start());
  }

  push(record: AuditRecord): void {
    if (this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(record);
      if (this.#retry.slot < 0) this.#start();
      return;
    }
    this.#lost += 1;
    if (this.#lost > 1) return;
    const text = `The audit sink has not taken ${MAX_WAITING} records: from now on new ones are lost`;
    this.#report(record.config, text);
  }

  /** Writes what waits, once more if it failed before, and closes the sink. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { scheduler } = this.#services;
    scheduler.hold();
    await settlesWithin(this.#finish(), CLOSE_PATIENCE_MS, this.#services);
    scheduler.release();
    const unwritten = this.#waiting.length + this.#lost;
    if (unwritten === 0) return;
    this.#report('', `The audit sink was closed; so many records are lost: ${unwritten}`);
  }

  async #finish(): Promise<void> {
    this.#retry.cancel();
    // who closes within a listener is in the middle of a step, which has more to record
    await pauseOf(this.#services.clock)();
    this.#start();
    await this.#working;
    try {
      await this.#sink.close?.();
    } catch (cause) {
      this.#report('', `The audit sink could not be closed: ${messageOf(cause)}`, cause);
    }
  }

  #start(): void {
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    // whoever commits goes on first
    await Promise.resolve();
    for (let record = this.#waiting[0]; record; record = this.#waiting[0]) {
      try {
        await this.#write(record);
      } catch (cause) {
        this.#failed(record, cause);
        break;
      }
      this.#level = 0;
      this.#waiting.shift();
      this.#admitLoss();
    }
    this.#working = undefined;
  }

  async #write(record: AuditRecord): Promise<void> {
    const { clock, scheduler } = this.#services;
    const slow = new Delay(scheduler, () => {
      this.#report(record.config, `The audit sink has not answered for ${SLOW_MS} ms`);
    }).start(clock.monotonic() + SLOW_MS);
    try {
      await this.#sink.write(record);
    } finally {
      slow.cancel();
    }
  }

  /** Told once, until a write succeeds again. */
  #failed({ config }: AuditRecord, cause: unknown): void {
    const { clock, random } = this.#services;
    this.#level += 1;
    const waitMs = backoffWait(BACKOFF, this.#level, random());
    // a write that hung may fail long after close()
    if (!this.#closing) this.#retry.start(clock.monotonic() + waitMs);
    if (this.#level === 1)
      this.#report(config, `The audit sink failed: ${messageOf(cause)}`, cause);
  }

  /** Where there is room again, the next record says what is missing. */
  #admitLoss(): void {
    if (this.#lost === 0) return;
    this.#waiting.push(this.#lossOf(this.#lost));
    this.#lost = 0;
  }

  #report(config: string, message: string, cause?: unknown): void {
    this.#services.events.emit('audit.failed', config, () => ({
      error: new HoldfastError('AUDIT_FAILED', message, { cause }),
      waiting: this.#waiting.length,
      lost: this.#lost,
    }));
  }
}
