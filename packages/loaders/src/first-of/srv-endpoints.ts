import { isLoadError, LoadError, type LoadRequest, type Loader } from '@holdfast/core';
import { kindOf } from '@holdfast/core/options';
import { Attempt } from '../combine/attempt.ts';
import { Endpoint } from '../combine/endpoint.ts';
import { closeAll } from '../combine/several.ts';
import { printable } from '../internal/printable.ts';
import { codeOf } from '../internal/system-error.ts';
import type { EndpointSource } from './failover.ts';
import { type SrvRecord, srvOrder } from './srv-order.ts';

/** Where a service of DNS runs. */
export interface SrvTarget {
  /** Host, as in a URL. */
  readonly host: string;
  /** Of the service. */
  readonly port: number;
}

/** How DNS is asked. */
export interface SrvPolicy {
  readonly srv: string;
  readonly loader: (target: SrvTarget) => Loader;
  readonly resolve: (name: string) => Promise<readonly SrvRecord[]>;
  readonly resolveAfterMs: number;
  readonly random: () => number;
}

/**
 * The endpoints that DNS names. Asked again after a while, and when none of them gave the document; while DNS fails, the
 * last ones stay.
 */
export class SrvEndpoints implements EndpointSource {
  readonly #policy: SrvPolicy;
  /** Every endpoint by host and port: who stays is kept. */
  #known = new Map<string, Endpoint>();
  /** By host and port, too: drawn once for who stays. */
  #chances: ReadonlyMap<string, number> = new Map();
  #order: readonly Endpoint[] = [];
  /** Named no more: closed at the next look, when no load can be on them. */
  #dropped: readonly Endpoint[] = [];
  #askedAt = -Infinity;

  constructor(policy: SrvPolicy) {
    this.#policy = policy;
  }

  async list(request: LoadRequest, limitMs: number): Promise<readonly Endpoint[]> {
    const now = request.time.monotonic();
    if (now - this.#askedAt < this.#policy.resolveAfterMs) return this.#order;
    try {
      const records = await this.#resolve(request, limitMs);
      this.#askedAt = now;
      this.#take(records);
    } catch (error) {
      request.signal.throwIfAborted();
      if (this.#order.length === 0) throw error;
      this.#askedAt = now;
    }
    return this.#order;
  }

  /** DNS may know better by now. */
  allFailed(): void {
    this.#askedAt = -Infinity;
  }

  async close(): Promise<void> {
    await closeAll([...this.#known.values(), ...this.#dropped].map(({ loader }) => loader));
    this.#dropped = [];
  }

  async #resolve(request: LoadRequest, limitMs: number): Promise<readonly SrvRecord[]> {
    const { srv, resolve } = this.#policy;
    const asked = new Attempt(request, async () => resolve(srv), limitMs);
    try {
      const records = (await asked.result) as unknown;
      if (!isRecords(records)) throw new Error(`resolve() gave ${kindOf(records)}, no records`);
      const chances = new Map(records.map((record) => [placeOf(record), this.#chanceOf(record)]));
      const order = srvOrder(records, (record) => chances.get(placeOf(record))!);
      if (order.length === 0) throw new Error('it names no host');
      this.#chances = chances;
      return order;
    } catch (error) {
      const { message = kindOf(error) } = error as Partial<Error>;
      const why = isLoadError(error) ? message : (codeOf(error) ?? message);
      throw new LoadError(`Cannot load srv ${srv}: DNS gave no endpoint (${why})`, {
        failure: 'connect',
        cause: error,
      });
    }
  }

  #chanceOf(record: SrvRecord): number {
    return this.#chances.get(placeOf(record)) ?? this.#policy.random();
  }

  #take(records: readonly SrvRecord[]): void {
    const before = this.#known;
    this.#known = new Map(
      records.map((record) => {
        const place = placeOf(record);
        return [place, before.get(place) ?? this.#make(record, place)];
      }),
    );
    const order = [...this.#known.values()];
    const closing = this.#dropped;
    this.#dropped = this.#order.filter((endpoint) => !order.includes(endpoint));
    this.#order = order;
    // nobody waits for one that is not asked any more
    closeAll(closing.map(({ loader }) => loader)).catch(() => {});
  }

  #make({ name: host, port }: SrvRecord, place: string): Endpoint {
    const loader = orFailing(place, () => this.#policy.loader({ host, port }));
    return new Endpoint(loader, JSON.stringify([loader.key, place]));
  }
}

/** What `make` gives, or, where it throws, a loader that fails with that: one odd host hides none of the others. */
function orFailing(place: string, make: () => Loader): Loader {
  try {
    return make();
  } catch (error) {
    const load = async (): Promise<never> => {
      throw error;
    };
    return { name: printable(place), key: place, load };
  }
}

function placeOf({ name, port }: SrvRecord): string {
  return `${name.toLowerCase()}:${port}`;
}

function isRecords(records: unknown): records is readonly SrvRecord[] {
  return (
    Array.isArray(records) &&
    records.every(
      (record: Partial<SrvRecord> | null) =>
        typeof record?.name === 'string' &&
        [record.port, record.priority, record.weight].every(Number.isFinite),
    )
  );
}
