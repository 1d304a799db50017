/* oxlint-disable vitest/no-standalone-expect -- tests call this for what they expect */
import { inspect } from 'node:util';
import type {
  ConfigHandle,
  HoldfastError,
  HoldfastEvent,
  Loader,
  UntypedConfigOptions,
} from '@holdfast/core';
import { createTestManager, manualClock, recordEvents } from '@holdfast/testing';
import type { EventRecord, ManualClock, TestManager, TestManagerOptions } from '@holdfast/testing';
import { expect } from 'vitest';
import { type Line, recordLines } from './lines.fixture.ts';
import { inBounds, saysEverything } from './right-answer.fixture.ts';
import type { Polling, RightAnswer } from './right-answer.fixture.ts';

/** What is tried: one config, and everything that it says. */
export interface TrialOptions<T> {
  /** Where the config comes from. */
  readonly loader: Loader;
  /** More options of the config. Without `polling` it is read every minute, at most 2 s long. */
  readonly config?: Partial<Omit<UntypedConfigOptions<T>, 'schema'>> & {
    readonly schema?: unknown;
  };
  /** Options of the manager, such as a cache, or a clock shared with another trial. */
  readonly manager?: Omit<TestManagerOptions, 'logger'>;
  /** Texts that were planted where credentials are, and may be found nowhere. */
  readonly secrets?: readonly string[];
}

/** What no fault may change. */
interface InForce {
  readonly version: number;
  readonly value: unknown;
  readonly document: unknown;
  readonly changes: number;
}

type Finished = HoldfastEvent<'poll.finished'>;

/** Polls in a row that an open breaker may skip. */
const MAX_SKIPPED = 5;

const POLLING: Polling = { intervalMs: 60_000, strategy: 'fixed', deadlineMs: 2_000 };

/**
 * One config on a manual clock under the eyes of the line that stands above all faults ("Always"): `fails` and `refuses`
 * hold it to the whole of it, `heals` to the end of the fault, and closing to "no secret, no timer left".
 *
 * Polls are those of the schedule, so that whatever is expected of one shows that the loop is alive. Every real poll is
 * waited for; one that gets no whole answer is `pollInVain`.
 */
export class Trial<T = unknown> implements AsyncDisposable {
  readonly manager: TestManager['manager'];
  readonly clock: ManualClock;
  readonly app: ConfigHandle<T>;
  readonly record: EventRecord;
  readonly lines: readonly Line[];
  readonly #options: TrialOptions<T>;
  readonly #polling: Polling;
  #waits = true;

  constructor(options: TrialOptions<T>) {
    const { clock = manualClock(), ...rest } = options.manager ?? {};
    this.#options = options;
    const { lines, logger } = recordLines();
    this.lines = lines;
    this.manager = createTestManager({ ...rest, clock, logger }).manager;
    this.clock = clock;
    this.record = recordEvents(this.manager);
    let over: (() => void) | undefined;
    this.manager.on('poll.started', () => {
      if (this.#waits) void clock.track(new Promise<void>((resolve) => (over = resolve)));
    });
    this.manager.on('poll.finished', () => over?.());
    this.#polling = { ...POLLING, ...options.config?.polling };
    const config = { loader: options.loader, ...options.config, polling: this.#polling };
    this.app = this.manager.register('app', config as UntypedConfigOptions<T>) as ConfigHandle<T>;
  }

  /** The poll that is due next, at its time; of those that an open breaker skips, the one after them. */
  async poll(): Promise<Finished> {
    for (let skipped = 0; skipped < MAX_SKIPPED; skipped++) {
      const before = this.#finished().length;
      await this.#passWait();
      const finished = this.#finished();
      expect(finished, 'one poll at the time that the status promised').toHaveLength(before + 1);
      const last = finished.at(-1)!;
      if (!wasSkipped(last)) return last;
    }
    throw new Error('The breaker never lets a poll through');
  }

  /** As `poll`, but no whole answer comes: `stuck` settles when the server does no more, then the deadline passes. */
  async pollInVain(stuck: () => Promise<unknown>): Promise<Finished> {
    const before = this.#finished().length;
    this.#waits = false;
    await this.#passWait();
    await stuck();
    expect(this.#finished(), 'no answer before the deadline').toHaveLength(before);
    await this.clock.advance(this.#polling.deadlineMs);
    this.#waits = true;
    expect(this.#finished(), 'a failure at the deadline').toHaveLength(before + 1);
    return this.#finished().at(-1)!;
  }

  /** Polls until the value is this one, confirmed by its origin: the beginning of most tests. */
  async holds(value: unknown): Promise<void> {
    await this.poll();
    expect(this.app.current).toEqual(value);
    expect(this.app.status).toMatchObject({ state: 'fresh', from: 'origin', level: 0 });
  }

  /** The next poll fails, and everything is as it has to be after a failure. */
  async fails(
    answer: RightAnswer,
    poll: () => Promise<Finished> = () => this.poll(),
  ): Promise<HoldfastError> {
    const before = this.#inForce();
    const { level } = this.app.status;
    const told = this.lines.length;
    const finished = await poll();
    expect(finished.outcome).toMatchObject({ kind: 'failed' });
    const { error } = finished.outcome as { error: HoldfastError };
    this.#rightAnswer(error, { because: 'backoff', ...answer });
    expect(this.app.status.level).toBe(level + 1);
    this.#unharmed(before, told, error);
    return error;
  }

  /** The next poll brings a document that is refused, and everything is as it has to be after a refusal. */
  async refuses(answer: RightAnswer): Promise<HoldfastError> {
    const before = this.#inForce();
    const told = this.lines.length;
    const refusals = this.record.of('document.refused').length;
    const finished = await this.poll();
    expect(finished.outcome).toMatchObject({ kind: 'refused' });
    const { error } = finished.outcome as { error: HoldfastError };
    this.#rightAnswer(error, { because: 'interval', ...answer });
    const events = this.record.of('document.refused').slice(refusals);
    expect(events).toMatchObject([{ config: 'app', error: { message: error.message } }]);
    this.#unharmed(before, told, error);
    return error;
  }

  /** The fault is over: the next poll brings this value, and the one after it is at the plain interval. */
  async heals(value: unknown): Promise<void> {
    const { outcome } = await this.poll();
    expect(['accepted', 'unchanged']).toContain(outcome.kind);
    expect(this.app.current).toEqual(value);
    expect(this.app.status).toMatchObject({ state: 'fresh', from: 'origin' });
    expect(this.app.status.lastFailure).toBeUndefined();
    await this.poll();
    expect(this.app.status).toMatchObject({ state: 'fresh', level: 0 });
    expect(this.app.current).toEqual(value);
  }

  /** Everything that a person could read, as one text. */
  everything(): string {
    const { events } = this.record;
    const said = { events, lines: this.lines, status: this.app.status, handle: this.app };
    return inspect(said, {
      depth: 20,
      showHidden: true,
      maxArrayLength: null,
      maxStringLength: null,
    });
  }

  /** No secret was told to anybody. */
  keepsSecrets(): void {
    const everything = this.everything();
    for (const secret of this.#options.secrets ?? []) expect(everything).not.toContain(secret);
  }

  /** Closes the manager: nothing is left behind, and nobody was told a secret. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.keepsSecrets();
    await this.manager.close();
    expect(this.clock.pending, 'timers after close').toBe(0);
  }

  #finished(): readonly Finished[] {
    return this.record.of('poll.finished');
  }

  /** Until the next poll has begun. A poll that was never scheduled shows here: the loop is dead. */
  async #passWait(): Promise<void> {
    const before = this.record.of('poll.started').length;
    await this.clock.advance(0);
    if (this.record.of('poll.started').length > before || this.#underWay()) return;
    const { next } = this.app.status;
    expect(next, 'a next poll is scheduled').toBeDefined();
    await this.clock.advance(Math.max(0, Math.ceil(next!.at - this.clock.now())));
  }

  #underWay(): boolean {
    return this.record.of('poll.started').length > this.#finished().length;
  }

  #inForce(): InForce {
    const { app } = this;
    const { version } = app.status;
    const value = version === 0 ? undefined : app.current;
    const changes = this.record.of('config.changed').length;
    return { version, value, document: app.source().document(), changes };
  }

  #rightAnswer(error: HoldfastError, answer: RightAnswer): void {
    saysEverything(error, answer, this.#options.loader);
    const { next, config } = this.#finished().at(-1)!;
    // a failure too many opens the breaker, which has its own backoff
    const because = next?.because === 'breaker' ? 'backoff' : next?.because;
    expect([config, because]).toEqual(['app', answer.because]);
    expect(this.app.status.next).toEqual(next);
    const { level } = this.app.status;
    inBounds({ waitMs: next!.at - this.clock.now(), because: next!.because, level }, this.#polling);
  }

  #unharmed(before: InForce, told: number, error: HoldfastError): void {
    const { status } = this.app;
    expect(this.#inForce()).toEqual(before);
    if (before.version > 0) expect(this.app.current, 'the same object').toBe(before.value);
    expect(['stale', 'fallback']).toContain(status.state);
    expect(status.lastFailure).toEqual({
      code: error.code,
      message: error.message,
      at: expect.any(Number),
    });
    const served =
      before.version === 0
        ? 'there is no value to serve'
        : `serving version ${before.version} from `;
    const lines = this.lines.slice(told).map(({ text }) => text);
    const whole = ['holdfast: config "app": ', error.message, served, 'next try in '];
    const line = lines.find((text) => whole.every((part) => text.includes(part)));
    expect(line, `a log line that says everything, among\n${lines.join('\n')}`).toBeDefined();
    this.keepsSecrets();
  }
}

/** Registers one config and watches it. */
export function trial<T = unknown>(options: TrialOptions<T>): Trial<T> {
  return new Trial(options);
}

const wasSkipped = ({ outcome }: Finished): boolean =>
  outcome.kind === 'failed' && outcome.error.code === 'BREAKER_OPEN';
