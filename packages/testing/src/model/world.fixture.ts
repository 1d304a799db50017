import { createHash } from 'node:crypto';
import type { Cache, Loader } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { docOfRecord, type Stored, type Terms } from './documents.fixture.ts';
import { manualClock } from '../manual-clock.ts';
import { type MockLoader, mockLoader } from '../mock-loader.ts';
import type { MockDocumentOptions } from '../mock-loader.ts';
import { Model } from './model.fixture.ts';
import { Running, type Sabotage } from './running.fixture.ts';

/** When a process dies: as it is about to write to the cache, or when it has just written. */
export type Death = 'before a write' | 'after a write';

/** A document to be published, with how the origin marks it. */
export interface Edition {
  readonly text: string;
  readonly options: MockDocumentOptions;
}

/** The record of what operators set, which is of the config, not of a document. Nobody sets anything here. */
const OPERATED = createHash('sha256')
  .update(JSON.stringify(['holdfast', '', 'app', 'operated']))
  .digest('hex');

/** What is around a process: time, two origins, a cache that survives it; and the model that is told of all of it. */
export class World {
  readonly clock = manualClock();
  readonly origins: Record<Terms['key'], MockLoader>;
  /** Everything published so far, by origin. */
  readonly editions: Record<Terms['key'], Edition[]> = { a: [], b: [] };
  /** What lies in the cache, by what it was stored under. */
  readonly records = new Map<string, readonly Stored[]>();
  readonly violations: string[] = [];
  running!: Running;
  model!: Model;
  death: Death | undefined;
  /** Whether the cache fails, and whether it failed since it last took something. */
  cacheBroken = false;
  cacheBehind = false;
  /** How many documents were drafted: makes tags that nobody had before. */
  tags = 0;
  readonly #sabotage: () => Sabotage;
  readonly #cache: Cache;
  /** Which loader each cache key belongs to. */
  readonly #keys = new Map<string, string>();

  constructor(terms: Terms, sabotage: () => Sabotage = () => ({})) {
    this.#sabotage = sabotage;
    this.#cache = memoryCache({ clock: this.clock });
    this.origins = {
      a: mockLoader({ name: 'a', watch: true }),
      b: mockLoader({ name: 'b', watch: true }),
    };
    this.publish({ text: '{"n":2}', options: {} }, 'a');
    this.publish({ text: '{"n":4}', options: {} }, 'b');
    this.boot(terms);
  }

  get origin(): MockLoader {
    return this.origins[this.model.terms.key];
  }

  /** What the origin serves now; undefined when its document is gone. */
  served: Record<Terms['key'], Edition | undefined> = { a: undefined, b: undefined };

  publish(edition: Edition, key: Terms['key'] = this.model.terms.key, push = false): void {
    const { text, options } = edition;
    this.editions[key].push(edition);
    this.served[key] = edition;
    this.origins[key][push ? 'push' : 'next'](new TextEncoder().encode(text), options);
  }

  absent(): void {
    this.served[this.model.terms.key] = undefined;
    this.origin.absent();
  }

  boot(terms: Terms): void {
    this.death = undefined;
    this.cacheBehind = this.cacheBroken;
    const records = this.cacheBroken ? [] : this.records.get(terms.key);
    this.model = new Model(this.clock, terms, records ?? []);
    this.running = new Running(this, terms, this.#sabotage());
  }

  /** The cache as one process sees it. */
  cacheOf(running: Running, loader: Loader): Cache {
    const cache = this.#cache;
    const own = (key: string): void => {
      const owner = this.#keys.get(key) ?? loader.key;
      this.#keys.set(key, owner);
      if (owner !== loader.key)
        this.violations.push(`the cache record of ${owner} is used for ${loader.key}`);
    };
    const store = (change: (records: readonly Stored[]) => readonly Stored[]): void => {
      const { key } = running.terms;
      this.records.set(key, change(this.records.get(key) ?? []));
    };
    const fail = (): void => {
      if (!this.cacheBroken || !running.alive) return;
      this.cacheBehind = true;
      throw new Error('No space left on device');
    };
    return {
      read: async (key) => {
        if (key === OPERATED) return running.whileAlive(() => cache.read(key));
        own(key);
        fail();
        return running.whileAlive(() => cache.read(key));
      },
      write: async (key, bytes) => {
        own(key);
        if (this.death === 'before a write') running.kill();
        fail();
        await running.whileAlive(() => cache.write(key, bytes));
        const stored = { doc: docOfRecord(bytes), confirmedAt: this.clock.now() };
        store((records) => [stored, ...records].slice(0, 2));
        this.cacheBehind = false;
        if (this.death === 'after a write') running.kill();
        await running.whileAlive(async () => undefined);
      },
      touch: async (key, at) => {
        fail();
        await running.whileAlive(async () => cache.touch?.(key, at));
        store(([newest, ...older]) => (newest ? [{ ...newest, confirmedAt: at }, ...older] : []));
      },
      remove: async (key) => {
        fail();
        await running.whileAlive(() => cache.remove(key));
        store(() => []);
        this.cacheBehind = false;
      },
    };
  }
}
