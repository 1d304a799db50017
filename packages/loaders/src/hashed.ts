import type {
  Held,
  JsonValue,
  LoadRequest,
  LoadResult,
  Loaded,
  Loader,
  Validator,
} from '@holdfast/core';
import { equalBytes, fingerprint } from '@holdfast/core/json';
import { OptionChecks } from '@holdfast/core/options';
import { around } from './internal/around.ts';
import { checkLoader } from './internal/check-loader.ts';
import { decodeWith } from './internal/decode-with.ts';

/**
 * Gives a loader that has no validators one: the SHA-256 of the canonical document as `revision`, so that restarts,
 * other processes and people can compare documents by a short text. A document that bears a validator already, and one
 * that cannot be decoded (the engine will say why), pass as they are.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS` when `loader` is none.
 */
export function hashed(loader: Loader): Loader {
  const check = new OptionChecks('hashed()', ['loader']);
  checkLoader(check, 'loader', loader);

  async function load(request: LoadRequest): Promise<LoadResult> {
    const result = await loader.load(request);
    if (result.kind !== 'loaded' || hasValidator(result)) return result;
    const validator = await validatorFor(loader, result, request);
    if (validator === undefined) return result;
    const { known } = request;
    const same = known?.origin === validator.origin && known.revision === validator.revision;
    return same && standsFor(loader, request.held, result)
      ? { kind: 'unchanged', hints: result.hints }
      : { ...result, validator };
  }

  return around(loader, { load });
}

/**
 * Whether what is held is as good as what was loaded, which says the same. It may be signed by a key that is about to go:
 * the signature lies beside it, or among the bytes that the loader reads by itself.
 */
function standsFor(loader: Loader, held: Held | undefined, { raw, evidence }: Loaded): boolean {
  if (held?.evidence?.signature !== evidence?.signature) return false;
  if (!loader.decode || !held?.bytes || !(raw instanceof Uint8Array)) return true;
  return equalBytes(held.bytes, raw);
}

function hasValidator({ validator }: Loaded): boolean {
  const { etag, lastModified, revision } = validator ?? {};
  return (etag ?? lastModified ?? revision) !== undefined;
}

async function validatorFor(
  loader: Loader,
  loaded: Loaded,
  request: LoadRequest,
): Promise<Validator | undefined> {
  try {
    const value = (await decodeWith(loader, loaded, request)) as JsonValue;
    // one that is there tells which one of several loaders decodes it
    const origin = loaded.validator?.origin ?? (await fingerprint(loader.key));
    return { origin, revision: await fingerprint(value) };
  } catch {
    // a document without a hash is still a document; whether it is a good one is for the engine to judge
    return undefined;
  }
}
