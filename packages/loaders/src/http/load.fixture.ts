import type { Limits, LoadError, LoadRequest, LoadResult, Loaded, Loader } from '@holdfast/core';

/** A wall-clock time for tests: 2026-01-01T00:00:00Z. */
export const NOW: number = Date.UTC(2026, 0, 1);

/** What the engine would ask, with nothing known. */
export function loadRequest({
  limits,
  ...request
}: Partial<Omit<LoadRequest, 'limits'>> & { limits?: Partial<Limits> } = {}): LoadRequest {
  return {
    signal: new AbortController().signal,
    time: { now: () => NOW, monotonic: () => 0, sleep: async () => {} },
    limits: {
      maxWireBytes: 1_000_000,
      maxBytes: 2_000_000,
      maxDepth: 64,
      maxKeys: 1_000_000,
      ...limits,
    },
    ...request,
  };
}

/** Loads, and expects a document. */
export async function loadDocument(
  loader: Loader,
  request: LoadRequest = loadRequest(),
): Promise<Loaded> {
  const result: LoadResult = await loader.load(request);
  if (result.kind !== 'loaded') throw new Error(`expected a document: ${result.kind}`);
  return result;
}

/** Loads, and expects a failure. */
export async function loadFailure(
  loader: Loader,
  request: LoadRequest = loadRequest(),
): Promise<LoadError> {
  const result = await loader.load(request).then(
    ({ kind }) => kind,
    (error: unknown) => error as LoadError,
  );
  if (typeof result === 'string') throw new Error(`expected a failure: ${result}`);
  return result;
}
