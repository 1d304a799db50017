import { type Clock, systemClock } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { checkOptions } from '../internal/check-options.ts';
import type { RefusalPolicy, RefusedWebhook } from './refusals.ts';
import { secretBytes } from './secret-bytes.ts';

/** Options of `webhook`. */
export interface WebhookOptions {
  /**
   * Secrets of the signatures, as Standard Webhooks writes them: `whsec_` and base64 of 24 to 64 bytes. Any of them is
   * enough, so that a secret can be replaced: give both for a while.
   * @default {none, which only `unsigned` allows}
   */
  readonly secrets?: readonly string[] | undefined;
  /** Takes requests from everybody, without a signature; the most that they can do is a poll per minimum interval. @default {false} */
  readonly unsigned?: boolean | undefined;
  /**
   * Whether a signed `{ config_name, config_data }` brings a document, which is checked like a loaded one, in force at
   * once, and confirmed by a poll. Otherwise bodies are not looked into.
   * @default {false}
   */
  readonly acceptDocuments?: boolean | undefined;
  /** Longest body in bytes, 1 to 67 108 864; a longer one is answered with 413. @default {1_048_576} */
  readonly maxBytes?: number | undefined;
  /**
   * Messages that are remembered, against replays, for the ten minutes in which they could be replayed, 1 to 1 000 000.
   * More of them in that time are answered with 429.
   * @default {10_000}
   */
  readonly maxRemembered?: number | undefined;
  /**
   * Told of requests that are not taken, and why, at most once a minute for each reason: senders are not told.
   * @default {none}
   */
  readonly onRefused?: ((refused: RefusedWebhook) => unknown) | undefined;
  /** Where the time comes from. Give it the clock of the manager where that is not the system's. @default {systemClock} */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/** {@link WebhookOptions} checked and filled in. */
export interface WebhookPolicy extends RefusalPolicy {
  /** The bytes of each secret; none when anybody may send. */
  readonly secrets: readonly Uint8Array[];
  readonly acceptDocuments: boolean;
  readonly maxBytes: number;
  readonly maxRemembered: number;
}

const OPTIONS: readonly (keyof WebhookOptions)[] = [
  'secrets',
  'unsigned',
  'acceptDocuments',
  'maxBytes',
  'maxRemembered',
  'onRefused',
  'clock',
];

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS`; never shows a secret. */
export function resolveWebhook(options: WebhookOptions): WebhookPolicy {
  const check: OptionChecks = new OptionChecks('webhook()', ['secrets']);
  checkOptions(check, options, { example: '{ secrets }', known: OPTIONS });
  const { secrets = [], unsigned = false, acceptDocuments = false } = options;
  const { maxBytes = 2 ** 20, maxRemembered = 10_000, clock = systemClock } = options;
  check.flag('unsigned', unsigned);
  check.flag('acceptDocuments', acceptDocuments);
  check.count('maxBytes', maxBytes, 1, 2 ** 26);
  check.count('maxRemembered', maxRemembered, 1, 1_000_000);
  const { onRefused } = options;
  if (onRefused !== undefined) check.callable('onRefused', onRefused);
  check.methods('clock', clock, ['now']);
  const bytes: Uint8Array[] = [];
  check.list('secrets', secrets, (item, secret) => bytes.push(secretBytes(check, item, secret)));
  if (unsigned && secrets.length > 0)
    throw check.fail('unsigned', 'false where there are secrets', unsigned);
  if (unsigned && acceptDocuments)
    throw check.fail('acceptDocuments', 'false where nothing is signed', acceptDocuments);
  if (!unsigned && secrets.length === 0)
    throw check.fail('secrets', 'one secret or more, unless "unsigned" is true', secrets);
  return { secrets: bytes, acceptDocuments, maxBytes, maxRemembered, onRefused, clock };
}
