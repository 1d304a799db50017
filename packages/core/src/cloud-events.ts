import type { HoldfastEvent } from './events.ts';
import { HIDDEN, isSecret } from './document/secret.ts';
import { OptionCheck } from './options/check.ts';

/** An event in the form of CloudEvents 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md). */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** Unique: a random UUID. */
  readonly id: string;
  /** The source that was given, a URI reference. */
  readonly source: string;
  /** `dev.holdfast.` and the type of the event. */
  readonly type: string;
  /** Name of the config. */
  readonly subject: string;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** What the event says beside its type, config and time. */
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Turns an event of a manager into a CloudEvent. Errors become code and message, bigints text, URLs and secrets what they
 * are as JSON; everything else is as in the event. What is computed when it is read (`changes`, `changeCount`) is computed now.
 *
 * @param source Says which process it is, as a URI reference: `/services/billing/pod-7`.
 * @throws {HoldfastError} `INVALID_OPTIONS` when that is no text, or `event` has no time and so is none.
 */
export function toCloudEvent(event: HoldfastEvent, source: string): CloudEvent {
  const check: OptionCheck = new OptionCheck('toCloudEvent()');
  check.text('source', source);
  // a time beyond all dates is none, too
  if (Number.isNaN(new Date(event?.at).getTime()) || typeof event.at !== 'number')
    throw check.fail('event', 'an event of a manager', event);
  const { type, config, at, ...details } = event;
  return {
    specversion: '1.0',
    id: crypto.randomUUID(),
    source,
    type: `dev.holdfast.${type}`,
    subject: config,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: plain(details) as Record<string, unknown>,
  };
}

function plain(value: unknown): unknown {
  if (value instanceof Error)
    return { code: (value as { code?: unknown }).code, message: value.message };
  if (isSecret(value)) return HIDDEN;
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  // what knows its own JSON shows that, and no more: URLs, secrets
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON() as unknown;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
