import type {
  JsonValue,
  Loaded,
  Loader,
  LoadRequest,
  LoadResult,
  WatchRequest,
} from '@holdfast/core';
import { LoadError } from '@holdfast/core';
import type { LoaderHarness } from './loader-harness.ts';

/** A source in memory that can do all that the contract asks for, and the request that it is asked with. */
export class ReferenceSource {
  document: JsonValue | undefined = { served: 'at first' };
  state: 'up' | 'down' | 'silent' = 'up';
  readonly watchers = new Set<{ request: WatchRequest; end(): void }>();

  /** What a sound loader answers. */
  async load({ signal, known, limits }: LoadRequest): Promise<LoadResult> {
    signal.throwIfAborted();
    if (this.state === 'silent') await untilAborted(signal);
    if (this.state === 'down') throw new LoadError('Cannot load reference: it is down');
    if (this.document === undefined) return { kind: 'absent' };
    const loaded = this.served();
    if ((loaded.raw as Uint8Array).length > limits.maxBytes)
      throw new LoadError('Cannot load reference: it is too large', { failure: 'body' });
    const { origin, revision } = loaded.validator!;
    if (known?.origin === origin && known.revision === revision) return { kind: 'unchanged' };
    return { kind: 'loaded', ...loaded };
  }

  served(): Loaded {
    const text = JSON.stringify(this.document);
    return {
      raw: new TextEncoder().encode(text),
      validator: { origin: 'reference', revision: text },
      hints: { freshForMs: 1_000 },
      evidence: { url: 'memory://reference/app.json', status: 200, headers: { digest: 'x' } },
    };
  }

  /** What a sound loader does with a watch. */
  async watch(request: WatchRequest): Promise<void> {
    request.signal.throwIfAborted();
    const ended = new Promise<void>((resolve) => {
      const watcher = { request, end: resolve };
      this.watchers.add(watcher);
      const leave = (): void => {
        this.watchers.delete(watcher);
        resolve();
      };
      request.signal.addEventListener('abort', leave, { once: true });
    });
    request.connected();
    await ended;
  }

  publish(document: JsonValue): void {
    this.document = document;
    for (const { request } of this.watchers) request.offer(this.served());
  }
}

/** The loader of a source, with parts that are wrong. */
export function referenceLoader(source: ReferenceSource, wrong: Partial<Loader> = {}): Loader {
  return {
    name: 'reference',
    key: 'reference',
    origin: 'memory://reference',
    load: (request) => source.load(request),
    watch: (request) => source.watch(request),
    decode: ({ raw }) => JSON.parse(new TextDecoder().decode(raw as Uint8Array)) as JsonValue,
    close: async () => {},
    ...wrong,
  };
}

/** A harness that can do everything. */
export function referenceHarness(
  source: ReferenceSource = new ReferenceSource(),
  wrong: Partial<Loader> = {},
): LoaderHarness {
  return {
    loader: referenceLoader(source, wrong),
    document: source.document!,
    publish: (document) => source.publish(document),
    breakSource: () => void (source.state = 'down'),
    healSource: () => void (source.state = 'up'),
    remove: () => void (source.document = undefined),
    hang: () => void (source.state = 'silent'),
    restart: () => referenceLoader(source, wrong),
    disconnect() {
      for (const watcher of source.watchers) watcher.end();
    },
    secrets: ['swordfish'],
    patienceMs: 60,
  };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
}
