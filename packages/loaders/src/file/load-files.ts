import {
  isHoldfastError,
  isLoadError,
  LoadError,
  type LoadRequest,
  type LoadResult,
} from '@holdfast/core';
import { codeOf } from '../internal/system-error.ts';
import { type FileFormat, formatOf } from './format-of.ts';
import { joinFiles } from './joined.ts';
import type { FilePolicy, FileSet } from './options.ts';
import { checkFiles, readFiles } from './read-files.ts';
import { type Stamp, stampOf } from './stamp.ts';

/** A file that changed within this time may be half-written: it is looked at again after as long. */
const SETTLE_MS = 100;
/** Within this time two changes may bear the same time. */
const YOUNG_MS = 2_000;
const MAX_TRIES = 50;

/** Reads all files of the policy once they hold still; a `stat` is enough where nothing changed. */
export async function loadFiles(policy: FilePolicy, request: LoadRequest): Promise<LoadResult> {
  const { name } = policy;
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const result = await tryOnce(policy, request);
      if (result) return result;
    }
  } catch (error) {
    request.signal.throwIfAborted();
    throw failure(name, error);
  }
  throw new LoadError(`Cannot load ${name}: it does not stop changing`, { failure: 'body' });
}

/** Undefined when something changed meanwhile. */
async function tryOnce(policy: FilePolicy, request: LoadRequest): Promise<LoadResult | undefined> {
  const { name, key, set } = policy;
  const { signal, time, known } = request;
  const stamp = await stampOf(set);
  signal.throwIfAborted();
  const { files, missing, revision } = stamp;
  if (files.length === 0) return { kind: 'absent', missing: missingOf(set, stamp) };
  if (missing[0]) {
    const what = `${missing.map(({ shown }) => shown).join(', ')} is not there`;
    throw new LoadError(`Cannot load ${name}: ${what}`, { failure: 'absent' });
  }
  checkFiles(name, files, request);
  if (known?.origin === key && known.revision === revision) return { kind: 'unchanged' };
  const formats = files.map(({ path }) => policy.format ?? formatOf(path)!);
  for (const format of new Set(formats)) await prepared(policy, format);
  if (changedWithin(stamp, SETTLE_MS, time.now())) {
    await time.sleep(SETTLE_MS, signal);
    if ((await stampOf(set)).revision !== revision) return undefined;
  }
  const raw = await rawOf(policy, stamp, formats);
  if (raw === undefined) return undefined;
  const young = changedWithin(stamp, YOUNG_MS, time.now());
  const validator = { origin: key, revision };
  return { kind: 'loaded', raw, validator, ...(young && { hints: { young } }) };
}

/** A relative path may have been meant from another working directory. */
function missingOf(set: FileSet, { missing }: Stamp): string {
  const paths = set.kind === 'glob' ? [set.path] : missing.map(({ path }) => path);
  return `there is no file ${paths.join(', ')}`;
}

/** The bytes of a file as they are; of several, all of them with their names. */
async function rawOf(
  { single }: FilePolicy,
  stamp: Stamp,
  formats: readonly FileFormat[],
): Promise<Uint8Array | undefined> {
  const files = await readFiles(stamp);
  if (single) return files?.[0]!.bytes;
  return files && joinFiles(files.map((file, i) => ({ ...file, format: formats[i]! })));
}

function changedWithin({ files }: Stamp, ms: number, now: number): boolean {
  return files.some(({ stats }) => Math.abs(now - Number(stats.mtimeNs / 1_000_000n)) < ms);
}

/** What reads the format may be a package that is missing: the error goes on from the loader's name. */
async function prepared({ name, prepare }: FilePolicy, format: FileFormat): Promise<void> {
  try {
    await prepare?.(format);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    const message = `Cannot load ${name}: it ${error.message}`;
    throw new LoadError(message, { retry: 'slow', cause: error });
  }
}

function failure(name: string, error: unknown): LoadError {
  if (isLoadError(error)) return error;
  const said = error instanceof Error ? error.message : String(error);
  const code = codeOf(error) ?? '';
  const detail = said.includes(code) ? said : `${code}: ${said}`;
  return new LoadError(`Cannot load ${name}: ${detail}`, { cause: error });
}
