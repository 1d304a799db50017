import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Quotable, withoutQuotes } from './quotes.ts';

/** The rule as it is said: six characters on end, in whatever case, are no chance. */
function sharesSix(message: string, text: string): boolean {
  const [a, b] = [message.toLowerCase(), text.toLowerCase()];
  const starts = Array.from({ length: Math.max(0, a.length - 5) }, (_, at) => at);
  return starts.some((at) => b.includes(a.slice(at, at + 6)));
}

/** Few letters, so that parts meet; some have capitals, or become two of them. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'İ', '€', '"'), maxLength: 40 });

test('hasTextIn() finds in a message what it shares with any text, as a search for each part of it does', () => {
  fc.assert(
    fc.property(text, fc.array(text), (message, texts) => {
      const has = new Quotable({ deep: { texts }, n: 1 }, []).hasTextIn(message);
      expect(has).toBe(texts.some((one) => sharesSix(message, one)));
    }),
    { numRuns: 2000 },
  );
});

test('hasSecretIn() finds secrets alone, however short, and what a message shares with them', () => {
  fc.assert(
    fc.property(text, fc.array(text), fc.array(text), (message, plain, secret) => {
      const has = new Quotable({ plain, secret }, [['secret']]).hasSecretIn(message);
      const forms = (one: string) => [one, JSON.stringify(one).slice(1, -1)];
      const named = secret.some(
        (one) => one !== '' && forms(one).some((form) => message.includes(form)),
      );
      expect(has).toBe(named || secret.some((one) => sharesSix(message, one)));
    }),
    { numRuns: 2000 },
  );
});

test('withoutQuotes() hides a message that quotes a secret of one of the values', () => {
  const values = [{ pin: 'abc' }, { pin: 'hunter2-and-more' }];
  expect(withoutQuotes('not UNTER2 again', values, [['pin']])).toBe('[secret]');
  expect(withoutQuotes('abc', values, [['pin']])).toBe('[secret]');
  expect(withoutQuotes('hunter', values, [['other']])).toBe('hunter');
});
