import { inspect } from 'node:util';
import { Secret } from '@holdfast/core';
import type { ConfigHandle, ParticipantOptions } from '@holdfast/core';
import { toCloudEvent } from '@holdfast/core/cloud-events';
import { preload } from '@holdfast/core/preload';
import { secret } from '@holdfast/core/zod';
import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

beforeAll(preload);

interface App {
  readonly token: string | Secret<string>;
  readonly pin: number | Secret<number>;
}

const WAYS = {
  'secret() of a schema': {
    schema: z.object({ token: secret(z.string()), pin: secret(z.number()) }),
  },
  'the option secrets': { secrets: ['token', 'pin'] },
};

/** As it is in the value: a `Secret`, or the text itself. */
const bare = (value: unknown): string => String(value instanceof Secret ? value.reveal() : value);

/** What a participant says that quotes the one it was given, the one before, a short one, or a part of one. */
const QUOTES: Record<string, (next: App, previous: App | undefined) => string> = {
  'the secret': ({ token }) => `bad with ${bare(token)}`,
  'the secret before': (_, previous) => `worse than ${bare(previous?.token)}`,
  'a short number': ({ pin }) => `bad with ${bare(pin)}`,
  'a part of the secret, raised': ({ token }) => bare(token).slice(2, 12).toUpperCase(),
};

const PHASES = ['canApply', 'apply', 'healthCheck'] as const;

/** All that there is to see of a config whose participant says something of a change. */
async function seen(
  way: object,
  phase: (typeof PHASES)[number],
  says: (next: App, previous: App | undefined) => string,
) {
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => void lines.push(line);
  const logger = { debug: write, info: write, warn: write, error: write };
  const { manager, clock } = createTestManager({ logger });
  const { events } = recordEvents(manager);
  const loader = mockLoader({ value: { token: 'swordfish-swordfish', pin: 47 } });
  const app = manager.register('app', {
    loader,
    ...way,
  } as never) as unknown as ConfigHandle<App>;
  await clock.advance(1);
  const outcomes: unknown[] = [];
  const call = { canApply: () => true, apply: () => {} };
  const texts = [false, true].map((throws, i) => {
    const asked: ParticipantOptions<App>['canApply'] = ({ next, previous }) => {
      const text = says(next, previous);
      if (throws) throw new Error(text);
      return text;
    };
    return { name: `part ${i}`, ...call, [phase]: asked };
  });
  for (const participant of texts) {
    const detach = app.attach(participant);
    loader.next({ token: `hunter2-hunter2 ${outcomes.length}`, pin: 48 + outcomes.length });
    const refreshed = app.refresh();
    await clock.advance(1);
    outcomes.push(await refreshed);
    detach();
  }
  const audited = await manager.audit.list({ limit: 100 });
  const clouds = events.map((event) => toCloudEvent(event, 'urn:test'));
  const all = [outcomes, events, clouds, lines, audited, await app.versions(), app.status];
  return inspect(all, { depth: 12, showHidden: true, maxStringLength: null });
}

const cases = Object.keys(WAYS).flatMap((way) =>
  PHASES.flatMap((phase) => Object.keys(QUOTES).map((quote) => [phase, quote, way] as const)),
);

test.each(cases)(
  'promise 11: what %s says or throws is not told where it quotes %s (%s)',
  async (phase, quote, way) => {
    const text = await seen(WAYS[way as keyof typeof WAYS], phase, QUOTES[quote]!);
    expect(text).toContain(`would not have it (${phase}): [secret]`);
    expect(text).toContain(`failed (${phase}): [secret]`);
    expect(text).not.toMatch(/hunter2|swordfish|nter2-hunt|bad with \d/i);
  },
);

test('what a participant says is told where it quotes no secret', async () => {
  const text = await seen(WAYS['the option secrets'], 'canApply', () => 'the pool is full');
  expect(text).toContain('would not have it (canApply): the pool is full');
  expect(text).toContain('failed (canApply): the pool is full');
});
