import type { JsonValue, Path } from '@holdfast/core';
import { jsonObject } from '../push/json-object.ts';
import { pathId, type SocketPolicy } from './options.ts';

/** Something that a message would lay over the documents. */
export interface Wish {
  /** Of the message: `set_feature`. */
  readonly type: string;
  readonly path: Path;
  readonly value: JsonValue;
  readonly ttlMs: number;
}

/** What a message means. */
export type Meaning =
  | { readonly kind: 'changed' }
  | { readonly kind: 'document'; readonly document: JsonValue }
  | ({ readonly kind: 'override' } & Wish)
  /** Something that is not allowed, or not understood, by its type. */
  | { readonly kind: 'refused'; readonly type: string; readonly why: string }
  /** A sign of life, or something for others. */
  | { readonly kind: 'nothing' };

/** What of the policy decides it. */
export type Terms = Pick<SocketPolicy, 'config' | 'acceptDocuments' | 'overrides'>;

type Message = Readonly<Record<string, JsonValue>>;

const NOTHING: Meaning = { kind: 'nothing' };
const LOG_LEVEL = /^[\w-]{1,32}$/;

/** What the text of a message means; pure. What is no message at all means nothing. */
export function meaningOf(text: string, terms: Terms): Meaning {
  const message = jsonObject(text);
  if (message === undefined) return NOTHING;
  const { type, config_name: named } = message;
  if (named !== undefined && terms.config !== undefined && named !== terms.config) return NOTHING;
  if (type === 'set_feature' || type === 'set_log_level') return wishOf(type, message, terms);
  if (type === 'reload') return { kind: 'changed' };
  if (type !== 'update_config') return NOTHING;
  const { config_data: document } = message;
  const accepted = terms.acceptDocuments && !mayBeOfOthers(message, terms);
  if (!accepted || document === undefined) return { kind: 'changed' };
  return { kind: 'document', document };
}

/** Whether it names a config where our own has no name: a poll finds out. */
function mayBeOfOthers({ config_name: named }: Message, { config }: Terms): boolean {
  return named !== undefined && config === undefined;
}

function wishOf(type: 'set_feature' | 'set_log_level', message: Message, terms: Terms): Meaning {
  const { overrides } = terms;
  const refused = (why: string): Meaning => ({ kind: 'refused', type, why });
  if (overrides === undefined) return refused('overrides are off');
  if (mayBeOfOthers(message, terms))
    return refused('it names a config, and no config is given here');
  const { feature, enabled, level, ttl_ms: asked = overrides.ttlMs } = message;
  if (typeof asked !== 'number' || !(asked >= 1))
    return refused('ttl_ms must be a number of 1 or more');
  const ttlMs = Math.min(asked, overrides.ttlMs);
  if (type === 'set_feature') {
    if (typeof feature !== 'string' || typeof enabled !== 'boolean')
      return refused('it needs feature, a text, and enabled, true or false');
    const path = [...overrides.featuresAt, feature];
    return allowed({ type, path, value: enabled, ttlMs }, overrides.allowed);
  }
  if (typeof level !== 'string' || !LOG_LEVEL.test(level)) return refused('it needs level, a word');
  return allowed({ type, path: overrides.logLevelAt, value: level, ttlMs }, overrides.allowed);
}

function allowed(wish: Wish, paths: ReadonlySet<string>): Meaning {
  if (paths.has(pathId(wish.path))) return { kind: 'override', ...wish };
  return { kind: 'refused', type: wish.type, why: 'its path may not be set' };
}
