import { type Evidence, isHoldfastError, isLoadError, type LoadError } from '@holdfast/core';
import { printable } from '../internal/printable.ts';
import { algorithmOf, type PublicKey } from '../verified/algorithm.ts';
import { distrust } from '../verified/distrust.ts';
import { keysNamed, verifiesByOneOf } from '../verified/trusted-keys.ts';
import { type Message, signatureBase } from './signature-base.ts';
import { dictionaryOf, type InnerList, isInnerList, type Structured } from './structured.ts';

/** Who may sign, and what. */
export interface Signers {
  readonly keys: ReadonlyMap<string, PublicKey>;
  /** Components that a signature has to cover, as RFC 9421 writes them without quotes: `@path;req`. */
  readonly covers: readonly string[];
}

/** The answer that brought a document, as a signature sees it. */
export function messageOf({ url, status, headers }: Evidence): Message {
  return { status, headers, request: { method: 'GET', url, headers: {} } };
}

/**
 * Finds the signatures of `message` that hold: of a trusted key, by the algorithm of that key, over all that it must cover.
 *
 * @returns When the last of them ends, as wall-clock time in milliseconds; undefined when one does not.
 * @throws {HoldfastError} `UNTRUSTED`, with the reason of each that does not hold.
 * @throws {LoadError} when none is known to hold, and one is of a key that cannot be used.
 */
export async function verifyMessage(
  structured: Structured,
  message: Message,
  signers: Signers,
): Promise<number | undefined> {
  const inputs = dictionaryOf(structured, message.headers, 'signature-input');
  const signatures = dictionaryOf(structured, message.headers, 'signature');
  const ends: number[] = [];
  const reasons: string[] = [];
  let unjudged: LoadError | undefined;
  for (const [label, covered] of inputs) {
    const [signature] = signatures.get(label) ?? [];
    if (!isInnerList(covered) || !(signature instanceof ArrayBuffer)) continue;
    // the last letter has bits to spare: another spelling is another signature
    const spelled = structured.serializeByteSequence(signature);
    if (!message.headers['signature']!.includes(spelled)) continue;
    try {
      await verifyOne(
        structured,
        { message, covered, signature: new Uint8Array(signature) },
        signers,
      );
      ends.push(endOf(covered));
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      if (isLoadError(error)) unjudged = error;
      reasons.push(`${printable(label)} ${error.message}`);
    }
  }
  if (ends.length > 0) {
    const last = Math.max(...ends);
    return last === Infinity ? undefined : last;
  }
  if (unjudged !== undefined) throw unjudged;
  throw distrust(`no signature of its answer holds${reasons.map((why) => `; ${why}`).join('')}`);
}

interface Claim {
  readonly message: Message;
  readonly covered: InnerList;
  readonly signature: Uint8Array<ArrayBuffer>;
}

async function verifyOne(
  structured: Structured,
  { message, covered, signature }: Claim,
  { keys, covers }: Signers,
): Promise<void> {
  const [items, parameters] = covered;
  const ids = new Set(items.map((item) => structured.serializeItem(item)));
  const missing = covers.filter((component) => !ids.has(component.replace(/^[^;]+/, '"$&"')));
  if (missing.length > 0) throw distrust(`it does not cover ${missing.join(', ')}`);
  const named = parameters.get('alg');
  const able = keysNamed(keys, parameters.get('keyid')).filter(
    (key) => named === undefined || named === algorithmOf(key)!.http,
  );
  if (able.length === 0) throw distrust('it names another algorithm than its key is for');
  const base = new TextEncoder().encode(signatureBase(structured, message, covered));
  if (await verifiesByOneOf(able, signature, base)) return;
  throw distrust('it is not of this key over this answer');
}

function endOf([, parameters]: InnerList): number {
  const expires = parameters.get('expires');
  if (expires === undefined) return Infinity;
  if (typeof expires !== 'number') throw distrust('its end is no number');
  return expires * 1000;
}
