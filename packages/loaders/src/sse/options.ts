import type { OptionChecks } from '@holdfast/core/options';
import { checkSilence, type ConnectionOptions, NOT_OF_CONNECTIONS } from '../push/options.ts';
import { type HttpPolicy, resolveHttpAs } from '../undici/options.ts';

/** Options of `serverSentEvents`: those of the connection are as those of `httpLoader`. */
export interface ServerSentEventsOptions extends ConnectionOptions {
  /**
   * Types of events that tell of a change; `message` are those without a type.
   * @default {every type but `ping`, `heartbeat` and `keep-alive`}
   */
  readonly changeEvents?: readonly string[] | undefined;
  /**
   * Types of events whose data is the whole document. It is checked like a loaded one, in force at once, and confirmed by
   * a poll. Whoever can send events then says what is in force: leave it empty where that is not who serves the document.
   * @default {[]}
   */
  readonly documentEvents?: readonly string[] | undefined;
  /**
   * A stream that says nothing for so long, not even a comment, is ended and begun again: in milliseconds, 1 000 to
   * 2 147 483 647. Three times what lies between two heartbeats of the server is a good value.
   * @default {180_000}
   */
  readonly silenceMs?: number | undefined;
}

/** {@link ServerSentEventsOptions} checked and taken apart. */
export interface EventsPolicy extends HttpPolicy {
  readonly silenceMs: number;
  readonly documentsPushed: boolean;
  /** What an event of this type tells. */
  readonly meaningOf: (type: string) => 'change' | 'document' | 'nothing';
}

const OPTIONS: readonly (keyof ServerSentEventsOptions)[] = [
  'changeEvents',
  'documentEvents',
  'silenceMs',
];
/** Compressed, events would come when a block is full. */
const HEADERS = {
  accept: 'text/event-stream',
  'accept-encoding': 'identity',
  'cache-control': 'no-store',
};

/** Types that servers give their signs of life. */
const HEARTBEATS = new Set(['ping', 'heartbeat', 'keep-alive']);

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveEvents(options: ServerSentEventsOptions, check: OptionChecks): EventsPolicy {
  const http = resolveHttpAs(options, {
    check,
    options: OPTIONS,
    headers: HEADERS,
    without: NOT_OF_CONNECTIONS,
  });
  const { changeEvents, documentEvents = [], silenceMs = 180_000 } = options;
  for (const [option, types] of Object.entries({ changeEvents, documentEvents })) {
    if (types === undefined) continue;
    check.list(option, types, (item, type) => check.text(item, type));
  }
  const both = changeEvents?.find((type) => documentEvents.includes(type));
  if (both !== undefined)
    throw check.fail('documentEvents', 'other types than those of changeEvents', both);
  checkSilence(check, silenceMs);
  const documents = new Set(documentEvents);
  const tells = changeEvents && new Set(changeEvents);
  const isChange = (type: string): boolean => tells?.has(type) ?? !HEARTBEATS.has(type);
  return {
    ...http,
    silenceMs,
    documentsPushed: documents.size > 0,
    meaningOf: (type) => (documents.has(type) ? 'document' : isChange(type) ? 'change' : 'nothing'),
  };
}
