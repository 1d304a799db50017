import type { Loaded, WatchRequest } from '@holdfast/core';
import { LIMITS, TIME, valueOf } from '../ask.ts';
import type { Rule } from '../contract.ts';
import { ensure, pause, sameJson, settled, show } from '../ensure.ts';
import type { LoaderHarness, LoaderNeed } from '../loader-harness.ts';
import { NEXT } from './documents.ts';

/** Being told of changes. Push is a hint, the poll is the truth. */
export const watchRules: readonly Rule<LoaderHarness, LoaderNeed>[] = [
  {
    name: 'watch() ends when its signal aborts',
    rule: 'A watch is one connection that the engine can end: an aborted one settles promptly.',
    needs: ['watch'],
    async judge(harness) {
      const reason = new Error('stop');
      for (const aborted of [true, false]) {
        const controller = new AbortController();
        if (aborted) controller.abort(reason);
        const watch = new Watch(harness, controller.signal);
        if (!aborted) await watch.stands();
        controller.abort(reason);
        ensure((await watch.end()) !== undefined, 'a watch that does not settle');
        if (aborted) ensure(watch.told.length === 0, `${watch.told.join(', ')} after the abort`);
      }
    },
  },
  {
    name: 'watch() says once that it is connected',
    rule: 'At each connected() the engine reads the document again, since something may have been missed.',
    needs: ['watch'],
    async judge(harness) {
      const controller = new AbortController();
      const watch = new Watch(harness, controller.signal);
      const stands = await watch.stands();
      await pause(0);
      controller.abort(new Error('stop'));
      await watch.end();
      ensure(stands, 'no connected()');
      const times = watch.told.filter((what) => what === 'connected').length;
      ensure(times === (harness.connects === false ? 0 : 1), `${times} times connected()`);
    },
  },
  {
    name: 'watch() tells of a document that is published',
    rule: 'changed() or offer() comes with each change; what is offered is the new document.',
    needs: ['watch', 'publish'],
    async judge(harness) {
      const controller = new AbortController();
      const watch = new Watch(harness, controller.signal);
      ensure(await watch.stands(), 'no connected()');
      await harness.publish?.(NEXT);
      const told = await watch.next('changed', 'offer');
      controller.abort(new Error('stop'));
      await watch.end();
      ensure(told, 'neither changed() nor offer()');
      for (const loaded of watch.offered) {
        const value = await valueOf(harness.loader, loaded);
        ensure(sameJson(value, NEXT), `the offer ${show(value)}`);
      }
    },
  },
  {
    name: 'watch() tells nothing once its signal has aborted',
    rule: 'Whoever ended a watch hears no more of it.',
    needs: ['watch', 'publish'],
    async judge(harness) {
      const controller = new AbortController();
      const watch = new Watch(harness, controller.signal);
      ensure(await watch.stands(), 'no connected()');
      controller.abort(new Error('stop'));
      await watch.end();
      const before = watch.told.length;
      await harness.publish?.(NEXT);
      await pause(20);
      ensure(watch.told.length === before, `${watch.told.slice(before).join(', ')} afterwards`);
    },
  },
  {
    name: 'watch() settles when its connection ends',
    rule: 'A watch is one connection: when to begin another one is for the engine to say.',
    needs: ['watch', 'disconnect'],
    async judge(harness) {
      const controller = new AbortController();
      const watch = new Watch(harness, controller.signal);
      ensure(await watch.stands(), 'no connected()');
      await harness.disconnect?.();
      const ended = await watch.end();
      controller.abort(new Error('stop'));
      ensure(ended !== undefined, 'a watch that goes on');
    },
  },
];

type Told = 'connected' | 'changed' | 'offer';

/** One watch, and what it told. */
class Watch {
  readonly told: Told[] = [];
  readonly offered: Loaded[] = [];
  readonly #patienceMs: number | undefined;
  readonly #connects: boolean;
  readonly #ended: Promise<unknown>;
  #hear: () => void = () => undefined;

  constructor({ loader, patienceMs, connects = true }: LoaderHarness, signal: AbortSignal) {
    this.#patienceMs = patienceMs;
    this.#connects = connects;
    const hear = (what: Told): void => {
      this.told.push(what);
      this.#hear();
    };
    const request: WatchRequest = {
      signal,
      time: TIME,
      limits: LIMITS,
      known: () => undefined,
      connected: () => hear('connected'),
      changed: () => hear('changed'),
      offer: (loaded) => {
        this.offered.push(loaded);
        hear('offer');
      },
    };
    this.#ended = (async () => loader.watch?.(request))().catch((error: unknown) => error);
  }

  /** Whether it hears of changes from now on. */
  async stands(): Promise<boolean> {
    if (this.#connects) return this.next('connected');
    await pause(0);
    return true;
  }

  /** Whether one of these was told, or is within the time that the harness allows. */
  async next(...any: readonly Told[]): Promise<boolean> {
    const heard = new Promise<void>((resolve) => {
      this.#hear = () => {
        if (this.told.some((what) => any.includes(what))) resolve();
      };
      this.#hear();
    });
    return (await settled(() => heard, this.#patienceMs)) !== undefined;
  }

  /** `undefined` when it goes on. */
  end(): Promise<unknown> {
    return settled(() => this.#ended, this.#patienceMs);
  }
}
