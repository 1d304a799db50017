import type { PollingOptions } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { TELLING_KINDS } from './kinds.fixture.ts';
import { pushServer } from './push-server.fixture.ts';
import { scene, TIMES } from './scene.fixture.ts';

/** For how long a connection of each kind may say nothing, as it is by default: its `silenceMs`, or what `waitMs` makes. */
const SILENT_MS: Readonly<Record<string, number>> = {
  sse: 180_000,
  websocket: 60_000,
  'long-poll': 73_750,
  'long-poll by tags': 73_750,
};

describe.each(TELLING_KINDS)('S1 %s that neither ends nor sends', (kind, create) => {
  /** A config whose stream stands, and says nothing from now on, while polls are these apart. */
  async function silent(polling: PollingOptions) {
    const pushes = await pushServer(kind);
    const made = await scene((loader) => create(loader, { url: pushes.url }), polling);
    await made.until(() => pushes.watching === 1);
    return {
      made,
      pushes,
      states: () => made.record.of('watch.changed').map(({ state }) => state),
      async [Symbol.asyncDispose]() {
        await made[Symbol.asyncDispose]();
        await pushes[Symbol.asyncDispose]();
      },
    };
  }

  test('is found within its bound, begun again, and the document read, with polls an hour apart', async () => {
    await using all = await silent({ maxIntervalMs: 3_600_000 });
    const { made, pushes, states } = all;
    // the poll after the connection, where it stood only after the first one
    await made.clock.advance(2 * TIMES.minIntervalMs);
    const { length } = pushes.asked;
    const polls = made.polls();
    made.edit({ revision: 2 });
    await made.within(SILENT_MS[kind]!, () => states().at(-1) === 'down');
    expect(made.polls(), 'none was due').toBe(polls);
    await made.clock.advance(2_100);
    await made.until(() => pushes.asked.length > length && pushes.watching === 1);
    await made.within(TIMES.minIntervalMs, () => made.app.current.revision === 2);
    expect(made.record.of('config.changed')).toHaveLength(2);
    expect(states()).toEqual(['connected', 'down', 'connected']);
  });

  test('keeps no change back for longer than the polls are apart meanwhile', async () => {
    const maxIntervalMs = 20_000;
    await using all = await silent({ intervalMs: 15_000, maxIntervalMs });
    const { made, states } = all;
    // the wait after the first poll is a random part of one
    await made.within(maxIntervalMs, () => made.polls() === 2);
    made.edit({ revision: 2 });
    await made.within(maxIntervalMs, () => made.app.current.revision === 2);
    expect(states(), 'the stream still stands').toEqual(['connected']);
  });
});
