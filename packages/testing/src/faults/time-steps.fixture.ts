import { createConfigManager } from '@holdfast/core';
import { mockLoader } from '@holdfast/testing';

/** A program whose wall clock is stepped from outside. It polls ten times a second, and tells of each poll. */
const loader = mockLoader({ value: { n: 1 } });
const manager = createConfigManager();
const polling = { intervalMs: 100, strategy: 'fixed' } as const;
const app = manager.register('app', { loader, polling });
let polls = 0;
let ageMs: number | undefined;
manager.on('poll.started', () => ({ ageMs } = app.status)); // as old as the value gets
manager.on('poll.finished', () => {
  polls += 1;
  const { state } = app.status;
  const told = { wall: Date.now(), monotonic: performance.now(), state, ageMs };
  process.stdout.write(`${JSON.stringify(told)}\npoll ${polls}\n`);
});
// timers of ours never hold a process: this does
setInterval(() => {}, 1_000);
