import { fingerprint } from '../document/fingerprint.ts';
import { share } from '../document/share.ts';
import { isPlainObject } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Pin, SourceDocument } from '../state/inputs.ts';
import { decode } from './detect.ts';
import type { Candidate } from './draft.ts';
import type { CycleTools } from './tools.ts';
import { migrate } from './versions.ts';

/** Whether what `trigger` brings of a source is not to come into force by itself. */
export async function isBarred(
  { inputs: { pin }, snapshot, cached }: ConfigState,
  candidate: Candidate,
  { trigger, policy }: Pick<CycleTools, 'trigger' | 'policy'>,
): Promise<boolean> {
  const { source, document } = candidate;
  if (pin === undefined || document === undefined || trigger === 'operator') return false;
  // what was in force before the restart is what is pinned, and nothing at all cannot be pinned
  const pinned = snapshot !== undefined || cached.some((waiting) => waiting !== undefined);
  if (pin.kind === 'all' && pinned && !candidate.cached) return true;
  const barred = pin.barred[source] ?? [];
  if (barred.some((raw) => isSame(raw, document.raw))) return true;
  if (!barred.some(isPrint)) return false;
  const forms = [document.raw, ...(await formerOf(policy, source, document))];
  const prints = await Promise.all(forms.map(printOf));
  return prints.some((print) => barred.some((raw) => isSame(raw, print)));
}

/** What the document was before each of its migrations: a release that had not all of them knew it so. */
async function formerOf(
  policy: ConfigPolicy,
  source: number,
  { migrated, text, bytes, validator, evidence }: SourceDocument,
): Promise<readonly JsonValue[]> {
  if (migrated === undefined) return [];
  const raw = bytes ?? (JSON.parse(text!) as JsonValue);
  const loaded = { kind: 'loaded', raw, validator, evidence } as const;
  const came = await decode(policy, policy.sources[source]!, { known: undefined, loaded });
  const again = migrate(policy.versions, came);
  return typeof again === 'string' ? [] : again.former;
}

function isSame(document: JsonValue, raw: JsonValue): boolean {
  return share(document, raw) === document;
}

/**
 * What operators set, as it is written down: fingerprints stand for the documents that are barred. They are compared
 * and no more, and may be of those that no cache may keep, or hold secrets that what is in force has not.
 */
export async function withPrints(raw: JsonValue): Promise<JsonValue> {
  const { pin, ...rest } = raw as { readonly pin?: Pin };
  if (pin === undefined) return raw;
  const prints = pin.barred.map((documents) => Promise.all(documents.map(printOf)));
  return { ...rest, pin: { ...pin, barred: await Promise.all(prints) } };
}

/** Stands for a barred document where that was written down. */
async function printOf(raw: JsonValue): Promise<JsonValue> {
  return isPrint(raw) ? raw : { $holdfast: 'fingerprint', sha256: await fingerprint(raw) };
}

function isPrint(raw: JsonValue): boolean {
  return isPlainObject(raw) && raw['$holdfast'] === 'fingerprint';
}
