import type { OptionChecks } from '@holdfast/core/options';

/** What must be true of the document that is there, so that nobody's work is overwritten unseen. */
export type PublishCondition =
  /** It is the one that bears this strong entity tag, as `read()` gives it; `*`: whichever is there. */
  | { readonly ifMatch: string; readonly ifNoneMatch?: undefined }
  /** There is none yet. */
  | { readonly ifNoneMatch: '*'; readonly ifMatch?: undefined };

/** RFC 9110 §8.8.3. */
const STRONG = /^"[\x21\x23-\x7e\x80-\xff]*"$/;

/**
 * The request header of a condition, name and value.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function conditionHeader(
  check: OptionChecks,
  condition: unknown,
): readonly [string, string] {
  check.object('options', condition, ['ifMatch', 'ifNoneMatch']);
  const { ifMatch, ifNoneMatch } = condition as Record<string, unknown>;
  if ((ifMatch === undefined) === (ifNoneMatch === undefined)) {
    throw check.fail('ifMatch', 'an entity tag, or left out for ifNoneMatch: "*"', ifMatch);
  }
  if (ifMatch === undefined) {
    if (ifNoneMatch !== '*') throw check.fail('ifNoneMatch', '"*"', ifNoneMatch);
    return ['if-none-match', '*'];
  }
  // RFC 9110 §13.1.1: If-Match compares strongly
  if (ifMatch === '*' || (typeof ifMatch === 'string' && STRONG.test(ifMatch))) {
    return ['if-match', ifMatch];
  }
  const weak =
    typeof ifMatch === 'string' && ifMatch.startsWith('W/') ? ': a weak one never matches' : '';
  throw check.fail('ifMatch', `a strong entity tag in its quotes, or "*"${weak}`, ifMatch);
}
