import { isTree } from './kind.ts';
import type { Path } from './path.ts';
import { secretTexts } from './redact.ts';
import { HIDDEN, isSecret } from './secret.ts';

/** So many characters that a message shares with a text of the document are no chance. */
const WINDOW = 6;

/** Whether the message has a secret of `value` in it, or a part of one that is no chance. */
export function quotesAny(message: string, value: unknown, secrets: readonly Path[]): boolean {
  const lower = message.toLowerCase();
  return secretTexts(value, secrets).some(
    (secret) => names(message, secret) || sharesText(lower, secret),
  );
}

/** What foreign code says of these values: `[secret]` where it quotes a secret of one of them. */
export function withoutQuotes(
  message: string,
  values: readonly unknown[],
  secrets: readonly Path[],
): string {
  return values.some((value) => quotesAny(message, value, secrets)) ? HIDDEN : message;
}

/** Whether the message has the value itself in it, however short that is. */
function names(message: string, value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value);
  // validators quote as JSON does, too
  const quoted = JSON.stringify(text).slice(1, -1);
  return text !== '' && (message.includes(text) || message.includes(quoted));
}

/** Shorter than this, it is chance where a message has the value as a word. */
const WORD = 3;

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

/** Whether the message has a part of any text of the document in it: a schema may have cut, trimmed or raised it. */
export function sharesText(message: string, value: unknown): boolean {
  if (isSecret(value)) return sharesText(message, value.reveal());
  if (isTree(value)) return Object.values(value).some((item) => sharesText(message, item));
  if (typeof value !== 'string') return false;
  // by windows of the message, which is short, while the text may be long
  const text = value.toLowerCase();
  for (let at = 0; at + WINDOW <= message.length; at++) {
    if (text.includes(message.slice(at, at + WINDOW))) return true;
  }
  return false;
}
