import type * as ByteWindow from '../document/byte-window.ts';
import { equalBytes } from '../document/equal-bytes.ts';
import { parseJson } from '../document/parse.ts';
import type { Pause } from '../document/pause.ts';
import { type Reconciled, reconcile } from '../document/reconcile.ts';
import { reconcileInTurns } from '../document/reconcile-in-turns.ts';
import { LARGE_BYTES, LONG_BYTES } from '../document/sizes.ts';
import type { ErrorCode } from '../errors.ts';
import {
  copyJson,
  HoldfastError,
  isBytes,
  isHoldfastError,
  lazily,
  messageOf,
  seal,
  share,
} from '../lazy-base.ts';
import { toldFault } from '../document/redact.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { SourcePolicy } from '../options/sources.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Limits } from '../ports/limits.ts';
import type { Loaded } from '../ports/loader.ts';
import type { SourceDocument } from '../state/inputs.ts';
import { onlyIgnored } from './only-ignored.ts';
import { subjectOf } from './title.ts';
import { upToDate } from './versions.ts';

/** Loaded when a large document changes. */
export const loadByteWindow: () => Promise<typeof ByteWindow> = lazily(
  () => import('../document/byte-window.ts'),
);

/** What a document is held against. */
interface Beside {
  readonly known: SourceDocument | undefined;
  /** Where it is long: awaited between the steps. */
  readonly pause?: Pause | undefined;
}

/** What a loaded document is, beside the one that is known. */
export type Detected =
  /** The known content; with a document when it came in other bytes or with another validator. */
  | { readonly kind: 'same'; readonly document?: SourceDocument }
  | {
      /** `ignorable`: another content, but only where `ignore` says that it does not count. */
      readonly kind: 'new' | 'ignorable';
      readonly document: SourceDocument;
      /** See `Reconciled`. */
      readonly lost: number;
    }
  | { readonly kind: 'refused'; readonly error: HoldfastError };

/** What was loaded, and what it is compared with. */
interface Sight {
  readonly known: SourceDocument | undefined;
  readonly loaded: Loaded;
  /** It is from the cache. */
  readonly cached?: boolean;
}

/**
 * Compares what was loaded with what is known, cheapest proof first: equal bytes, then equal content. An equal
 * validator proves nothing. Decodes and checks limits on the way.
 *
 * @param nextTurn Awaited between the steps of a long document, so that nobody waits for all of them.
 */
export async function detect(
  policy: ConfigPolicy,
  source: SourcePolicy,
  { known, loaded, cached }: Sight,
  nextTurn?: Pause,
): Promise<Detected> {
  const bytes = isBytes(loaded.raw) ? loaded.raw : undefined;
  const pause = bytes && bytes.length >= LONG_BYTES ? nextTurn : undefined;
  // to put so many together took its time
  if (pause) await pause();
  const document = (raw: JsonValue, steps?: readonly string[]): SourceDocument => {
    const isMade = source.loader.decode !== undefined || steps !== undefined;
    const text = isMade ? asLoaded(policy, loaded) : undefined;
    return documentOf(loaded, { raw, bytes, ...(steps && { migrated: steps }), ...text });
  };
  if (bytes && known?.bytes && equalBytes(bytes, known.bytes)) {
    // the old bytes stay, so that nothing of the answer is kept alive
    return same(known, { ...document(known.raw, known.migrated), bytes: known.bytes });
  }
  try {
    const { value: raw, lost, steps } = await read(policy, source, { known, loaded, pause });
    if (pause) await pause();
    const next = document(raw, steps);
    if (raw === known?.raw) return same(known, next);
    const ignorable = known !== undefined && onlyIgnored(policy, known.raw, raw);
    return { kind: ignorable ? 'ignorable' : 'new', document: next, lost };
  } catch (thrown) {
    const subject = subjectOf(source.loader, { ...loaded, cached });
    return { kind: 'refused', error: refusal(policy, subject, thrown) };
  }
}

/** What a source says, in terms of what is known, and the steps of migrations that it went through. */
async function read(
  policy: ConfigPolicy,
  source: SourcePolicy,
  { known, loaded, pause }: Beside & { readonly loaded: Loaded },
): Promise<Reconciled & { readonly steps?: readonly string[] | undefined }> {
  const isText = !source.loader.decode && policy.versions.migrations.size === 0;
  const bytes = isText && isBytes(loaded.raw) ? loaded.raw : undefined;
  const changed = bytes && (await readSmallChange(policy.limits, bytes, { known, pause }));
  if (changed) {
    // throws where its version is not taken
    upToDate(policy, changed.value);
    return changed;
  }
  const decoded = await decode(policy, source, { known, loaded, pause });
  if (pause) await pause();
  // the bytes stay those that came: from a cache it goes this way again
  const { raw, migrated } = upToDate(policy, decoded);
  return { ...(await settle(policy, raw, { known, bytes, pause })), steps: migrated };
}

/** What is kept of an answer. There is one for each config: room for what it has not would count. */
function documentOf(
  { validator, hints, evidence, from }: Loaded,
  { raw, bytes, ...made }: Pick<SourceDocument, 'raw' | 'bytes' | 'migrated' | 'text'>,
): SourceDocument {
  const { young = false, doNotStore = false } = hints ?? {};
  const plain = { raw, bytes, validator, young, doNotStore };
  const rare = { ...made, ...(evidence && { evidence }), ...(from !== undefined && { from }) };
  return Object.keys(rare).length === 0 ? plain : { ...plain, ...rare };
}

/** The known content: news only where it comes as other bytes, or with another validator, rules or signature. */
function same(a: SourceDocument, b: SourceDocument): Detected {
  const x = a.validator;
  const y = b.validator;
  const isKnown =
    a.bytes === b.bytes &&
    a.text === b.text &&
    x?.origin === y?.origin &&
    x?.etag === y?.etag &&
    x?.lastModified === y?.lastModified &&
    x?.revision === y?.revision &&
    a.young === b.young &&
    a.doNotStore === b.doNotStore &&
    a.from === b.from &&
    a.evidence?.signature === b.evidence?.signature;
  return isKnown ? { kind: 'same' } : { kind: 'same', document: b };
}

/** What a large text says, where it differs in little from the one that is known; undefined when all has to be read. */
async function readSmallChange(
  limits: Limits,
  text: Uint8Array,
  { known, pause }: Beside,
): Promise<Reconciled | undefined> {
  if (text.length < LARGE_BYTES || text.length > limits.maxBytes || !known?.bytes) return undefined;
  try {
    const { readChange } = await loadByteWindow();
    return await readChange({ bytes: known.bytes, raw: known.raw }, text, limits, pause);
  } catch {
    // no code, or an odd platform: the whole can still be read
    return undefined;
  }
}

/** What was loaded, as JSON of its own. */
export async function decode(
  policy: ConfigPolicy,
  { loader }: SourcePolicy,
  { known, loaded, pause }: Beside & { readonly loaded: Loaded },
): Promise<JsonValue> {
  const { raw } = loaded;
  const { maxBytes, maxKeys } = policy.limits;
  if (isBytes(raw) && raw.length > maxBytes) {
    throw new HoldfastError(
      'LIMIT_EXCEEDED',
      `has ${raw.length} bytes, more than ${maxBytes} (limits.maxBytes)`,
    );
  }
  if (loader.decode) return copyJson(await loader.decode(loaded, policy.limits, known), maxKeys);
  return isBytes(raw) ? parseJson(raw, pause) : copyJson(raw, maxKeys);
}

/** From a cache a value goes its way again: it is kept as it came, not as what was made of it. */
function asLoaded(
  { limits }: ConfigPolicy,
  { raw }: Loaded,
): Pick<SourceDocument, 'text'> | undefined {
  return isBytes(raw) ? undefined : { text: JSON.stringify(copyJson(raw, limits.maxKeys)) };
}

/**
 * A document in terms of the known one, sealed.
 *
 * @param bytes Of the document, where they are its text: absent when a loader decoded them.
 * @throws {HoldfastError} `LIMIT_EXCEEDED`
 */
async function settle(
  { limits, secrets }: ConfigPolicy,
  raw: JsonValue,
  { known, bytes, pause }: Beside & { readonly bytes: Uint8Array | undefined },
): Promise<Reconciled> {
  const quick =
    bytes &&
    (pause
      ? await reconcileInTurns(known?.raw, raw, limits, pause)
      : reconcile(known?.raw, raw, limits));
  if (quick) return quick;
  const value = share(known?.raw, raw);
  // every key or item takes two bytes at least: a short text needs no count of what it shares with the old one
  const countAll = bytes === undefined || bytes.length > 2 * limits.maxKeys;
  try {
    if (value !== known?.raw) seal(value, countAll ? undefined : known?.raw, limits);
  } catch (fault) {
    throw new HoldfastError('LIMIT_EXCEEDED', toldFault(fault, secrets));
  }
  return { value, lost: Infinity };
}

function refusal({ secrets }: ConfigPolicy, subject: string, thrown: unknown): HoldfastError {
  const code: ErrorCode = isHoldfastError(thrown) ? thrown.code : 'DECODE_FAILED';
  // the `decode` of a loader may quote what it reads
  const isPlain = secrets.length === 0 && !isHoldfastError(thrown);
  const why = isPlain ? messageOf(thrown) : toldFault(thrown, secrets);
  return new HoldfastError(code, `${subject} ${why}`);
}
