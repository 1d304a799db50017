import { Timeline } from './timeline.ts';

/** What a client is answered. */
export type Answer = 'fine' | 'down' | 'busy';

/** How long a busy origin asks clients to stay away. */
export const RETRY_AFTER_MS = 30_000;

/** When the clients of a fleet ask: its state is in typed arrays, its chance in the hands of whoever made it. */
export interface Schedule {
  /** How long a client waits after its start, in milliseconds. */
  start(client: number, now: number): number;
  /** Whether the client, which is due, asks the origin; if not, `skip` says when it is due again. */
  asks(client: number, now: number): boolean;
  /** When a client that did not ask is due again. */
  skip(client: number, now: number): number;
  /** When a client that was answered is due again. */
  answered(client: number, now: number, answer: Answer): number;
}

/** What happens to a fleet. */
export interface Scenario {
  readonly clients: number;
  readonly minutes: number;
  /** When each client is started, in milliseconds. */
  startsAt(client: number): number;
  /** What the origin answers to one more request, after so many in the same second. */
  answer(now: number, before: number, client: number): Answer;
}

/** What the origin saw, by second. */
export interface Load {
  readonly asked: Uint32Array;
  /** Of those, the ones that it answered well. */
  readonly served: Uint32Array;
}

/** Plays a scenario. Answers take no time, so that what is seen is the schedule alone. */
export function simulate(schedule: Schedule, scenario: Scenario): Load {
  const { clients, minutes } = scenario;
  const timeline = new Timeline(clients, minutes * 60_000);
  const asked = new Uint32Array(minutes * 60);
  const served = new Uint32Array(minutes * 60);
  const started = new Uint8Array(clients);
  for (let client = 0; client < clients; client += 1)
    timeline.put(client, scenario.startsAt(client));
  timeline.run((client, now) => {
    if (started[client] === 0) {
      started[client] = 1;
      return timeline.put(client, now + schedule.start(client, now));
    }
    if (!schedule.asks(client, now)) return timeline.put(client, schedule.skip(client, now));
    const second = Math.floor(now / 1_000);
    const answer = scenario.answer(now, asked[second]!, client);
    asked[second]! += 1;
    if (answer === 'fine') served[second]! += 1;
    timeline.put(client, schedule.answered(client, now, answer));
  });
  return { asked, served };
}
