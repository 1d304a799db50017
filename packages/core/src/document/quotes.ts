import { isTree } from './kind.ts';
import type { Path } from './path.ts';
import { secretTexts } from './redact.ts';
import { HIDDEN, isSecret } from './secret.ts';

/** So many characters that a message shares with a text of the document are no chance. */
const WINDOW = 6;
/** Shorter than this, it is chance where a message has a value as a word. */
const WORD = 3;
/** Hashes of two characters. */
const PAIRS = 4096;

/** What messages about a value may quote, and must not. It is walked through once, however many messages there are. */
export class Quotable {
  readonly #value: unknown;
  readonly #secrets: readonly Path[];
  #texts: readonly string[] | undefined;
  #secretTexts: readonly string[] | undefined;

  /** @param secrets Where secrets stand in it, beside each `Secret`. */
  constructor(value: unknown, secrets: readonly Path[]) {
    this.#value = value;
    this.#secrets = secrets;
  }

  /** Whether the message has a secret in it, however short, or a part of one that is no chance. */
  hasSecretIn(message: string): boolean {
    this.#secretTexts ??= secretTexts(this.#value, this.#secrets);
    if (this.#secretTexts.length === 0) return false;
    const parts = new Parts(message);
    return this.#secretTexts.some(
      (secret) => names(message, secret) || parts.anyIn(secret.toLowerCase()),
    );
  }

  /** Whether the message has a part of any text in it: a schema may have cut, trimmed or raised it. */
  hasTextIn(message: string): boolean {
    this.#texts ??= textsOf(this.#value).map((text) => text.toLowerCase());
    const parts = new Parts(message);
    return this.#texts.some((text) => parts.anyIn(text));
  }
}

/** What foreign code says of these values: `[secret]` where it quotes a secret of one of them. */
export function withoutQuotes(
  message: string,
  values: readonly unknown[],
  secrets: readonly Path[],
): string {
  const quotes = values.some((value) => new Quotable(value, secrets).hasSecretIn(message));
  return quotes ? HIDDEN : message;
}

/** Whether the message has the value itself in it, however short that is. */
function names(message: string, value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value);
  // validators quote as JSON does, too
  const quoted = JSON.stringify(text).slice(1, -1);
  return text !== '' && (message.includes(text) || message.includes(quoted));
}

/** Whether the message has the value in it as a word of its own: `warn` is none in `warning`, nor 80 in 8080. */
export function namesWhole(message: string, value: unknown): boolean {
  const text = String(value);
  if (text.length < WORD || !names(message, value)) return false;
  return [text, JSON.stringify(text).slice(1, -1)].some((form) => {
    const around = message.split(form);
    return around.some(
      (after, i) =>
        i > 0 && !/[\p{L}\p{N}]$/u.test(around[i - 1]!) && !/^[\p{L}\p{N}]/u.test(after),
    );
  });
}

function textsOf(value: unknown): readonly string[] {
  if (isSecret(value)) return textsOf(value.reveal());
  if (isTree(value)) return Object.values(value).flatMap(textsOf);
  return typeof value === 'string' ? [value] : [];
}

/** The parts of a message that are no chance, in small letters, to be looked for in texts of any number and length. */
class Parts {
  readonly #parts = new Set<string>();
  /** By their hash, the pairs of characters that parts begin with: nearly all of a text is passed over by them. */
  readonly #begins = new Uint8Array(PAIRS);

  constructor(message: string) {
    const text = message.toLowerCase();
    for (let at = 0; at + WINDOW <= text.length; at++) {
      this.#parts.add(text.slice(at, at + WINDOW));
      this.#begins[pairAt(text, at)] = 1;
    }
  }

  /** Whether a text, in small letters, has one of them in it. */
  anyIn(text: string): boolean {
    for (let at = 0; at + WINDOW <= text.length; at++) {
      const begins = this.#begins[pairAt(text, at)] === 1;
      if (begins && this.#parts.has(text.slice(at, at + WINDOW))) return true;
    }
    return false;
  }
}

function pairAt(text: string, at: number): number {
  return (text.charCodeAt(at) * 61 + text.charCodeAt(at + 1)) % PAIRS;
}
