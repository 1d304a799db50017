import {
  type JsonValue,
  type LoadRequest,
  type LoadResult,
  type Loaded,
  type Loader,
  fingerprint,
  parseJson,
} from '@holdfast/core';

/**
 * Gives a loader that has no validators one: the SHA-256 of the canonical document as `revision`, so that restarts,
 * other processes and people can compare documents by a short text. A document that bears a validator already, and one
 * that cannot be decoded (the engine will say why), pass as they are.
 */
export function hashed(loader: Loader): Loader {
  let origin: Promise<string> | undefined;

  async function load(request: LoadRequest): Promise<LoadResult> {
    const result = await loader.load(request);
    if (result.kind !== 'loaded' || hasValidator(result)) return result;
    const revision = await revisionOf(loader, result, request);
    if (revision === undefined) return result;
    origin ??= fingerprint(loader.key);
    const validator = { origin: await origin, revision };
    const { known } = request;
    const unchanged = known?.origin === validator.origin && known.revision === revision;
    return unchanged ? { kind: 'unchanged', hints: result.hints } : { ...result, validator };
  }

  return {
    name: loader.name,
    key: loader.key,
    origin: loader.origin,
    load,
    ...(loader.watch && { watch: (request) => loader.watch!(request) }),
    ...(loader.decode && { decode: (loaded, limits) => loader.decode!(loaded, limits) }),
    ...(loader.close && { close: () => loader.close!() }),
  };
}

function hasValidator({ validator }: Loaded): boolean {
  const { etag, lastModified, revision } = validator ?? {};
  return (etag ?? lastModified ?? revision) !== undefined;
}

async function revisionOf(
  loader: Loader,
  loaded: Loaded,
  { limits }: LoadRequest,
): Promise<string | undefined> {
  const { raw } = loaded;
  try {
    if (loader.decode) return await fingerprint((await loader.decode(loaded, limits)) as JsonValue);
    return await fingerprint(raw instanceof Uint8Array ? parseJson(raw) : raw);
  } catch {
    // a document without a hash is still a document; whether it is a good one is for the engine to judge
    return undefined;
  }
}
