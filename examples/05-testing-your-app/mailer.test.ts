import { createTestManager, mockLoader } from '@holdfast/testing';
import { expect, onTestFinished, test } from 'vitest';
import { startMailer } from './mailer.ts';

const HOUR_MS = 3_600_000;

/** A mailer whose clock and source are in the hands of the test. */
async function setUp() {
  const { manager, clock } = createTestManager();
  onTestFinished(() => manager.close());
  const source = mockLoader({ value: { enabled: true, sender: 'shop@example.com' } });
  const starting = startMailer(manager, source);
  await clock.advance(0); // time stands still until the test moves it: this is the first poll
  return { mailer: await starting, manager, clock, source };
}

test('a mail comes from the configured sender', async () => {
  const { mailer } = await setUp();
  expect(mailer.send('ann@example.com')).toBe('from shop@example.com to ann@example.com');
});

test('sending can be switched off', async () => {
  const { mailer, clock, source } = await setUp();
  source.next({ enabled: false, sender: 'shop@example.com' });
  await clock.advance(HOUR_MS);
  expect(mailer.send('ann@example.com')).toBeUndefined();
});

test('a day without the source stops no mail', async () => {
  const { mailer, clock, source } = await setUp();
  source.fail(Infinity);
  await clock.advance(24 * HOUR_MS);
  expect(mailer.send('ann@example.com')).toContain('shop@example.com');
});

test('a sender that is no address is refused', async () => {
  const { mailer, manager, clock, source } = await setUp();
  source.next({ enabled: true, sender: 'nobody' });
  await clock.advance(HOUR_MS);
  expect(mailer.send('ann@example.com')).toContain('shop@example.com');
  expect(manager.get('mailer')?.status.lastFailure?.code).toBe('SCHEMA_FAILED');
});
