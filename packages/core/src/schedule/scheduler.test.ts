import { type ManualClock, manualClock } from '@holdfast/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimerOptions } from '../ports/clock.ts';
import { Scheduler, type Task } from './scheduler.ts';

interface Rig {
  readonly clock: ManualClock;
  readonly scheduler: Scheduler;
  /** What ran, and when. */
  readonly ran: string[];
  /** Of each loss of time: whether the machine slept. */
  readonly lost: number[];
  readonly task: (name: string, run?: (task: Task) => void) => Task;
}

function rig(): Rig {
  const clock = manualClock({ startAt: 0 });
  const ran: string[] = [];
  const lost: number[] = [];
  const scheduler = new Scheduler(clock, (sleptMs) => void lost.push(sleptMs));
  const task = (name: string, run?: (task: Task) => void): Task => ({
    dueAt: 0,
    slot: -1,
    run() {
      ran.push(`${name}@${clock.monotonic()}`);
      run?.(this);
    },
  });
  return { clock, scheduler, ran, lost, task };
}

test('schedule() runs tasks at their times, each once', async () => {
  const { clock, scheduler, ran, task } = rig();
  scheduler.schedule(task('b'), 20);
  scheduler.schedule(task('a'), 10);
  scheduler.schedule(task('c'), 30);
  expect(scheduler.size).toBe(3);
  await clock.advance(25);
  expect(ran).toEqual(['a@10', 'b@20']);
  await clock.advance(1_000);
  expect(ran).toEqual(['a@10', 'b@20', 'c@30']);
  expect([scheduler.size, clock.pending]).toEqual([0, 0]);
});

test('schedule() takes the place of whenever the task was scheduled for, sooner and later', async () => {
  const { clock, scheduler, ran, task } = rig();
  const [a, b] = [task('a'), task('b')];
  scheduler.schedule(a, 10);
  scheduler.schedule(b, 20);
  scheduler.schedule(a, 30);
  scheduler.schedule(b, 5);
  expect(scheduler.size).toBe(2);
  await clock.advance(100);
  expect(ran).toEqual(['b@5', 'a@30']);
});

test('schedule() runs what is overdue at once, but not within the call', async () => {
  const { clock, scheduler, ran, task } = rig();
  await clock.advance(50);
  scheduler.schedule(task('late'), 10);
  expect(ran).toEqual([]);
  await clock.advance(0);
  expect(ran).toEqual(['late@50']);
});

test('schedule() may be called by a task that runs, for itself and for others', async () => {
  const { clock, scheduler, ran, task } = rig();
  const other = task('other');
  const again = task('again', (self) => {
    if (clock.monotonic() < 30) scheduler.schedule(self, clock.monotonic() + 10);
    scheduler.schedule(other, 15);
  });
  scheduler.schedule(again, 10);
  await clock.advance(16);
  expect(ran).toEqual(['again@10', 'other@15']);
  scheduler.cancel(other);
  await clock.advance(4);
  expect(ran).toEqual(['again@10', 'other@15', 'again@20', 'other@20']);
});

test('schedule() at what is no number runs the task now and lets the others go on', async () => {
  const { clock, scheduler, ran, task } = rig();
  scheduler.schedule(task('fine'), 10);
  scheduler.schedule(task('odd'), NaN);
  scheduler.schedule(task('fine too'), 20);
  await clock.advance(100);
  expect(ran).toEqual(['odd@0', 'fine@10', 'fine too@20']);
  expect(clock.pending).toBe(0);
});

test('cancel() takes a task out, any number of times, and leaves no timer behind', async () => {
  const { clock, scheduler, ran, task } = rig();
  const [a, b] = [task('a'), task('b')];
  scheduler.schedule(a, 10);
  scheduler.schedule(b, 20);
  scheduler.cancel(a);
  scheduler.cancel(a);
  expect(scheduler.size).toBe(1);
  scheduler.cancel(b);
  expect([scheduler.size, clock.pending]).toEqual([0, 0]);
  await clock.advance(100);
  expect(ran).toEqual([]);
});

test('cancel() by a task keeps another one that is due from running', async () => {
  const { clock, scheduler, ran, task } = rig();
  const second = task('second');
  scheduler.schedule(
    task('first', () => scheduler.cancel(second)),
    10,
  );
  scheduler.schedule(second, 10);
  await clock.advance(20);
  expect(ran).toEqual(['first@10']);
});

test('Scheduler uses one timer for all tasks', async () => {
  const { clock, scheduler, task } = rig();
  for (let i = 0; i < 100; i++) scheduler.schedule(task(`${i}`), 1_000 - i);
  expect(clock.pending).toBe(1);
  await clock.advance(950);
  expect(clock.pending).toBe(1);
  await clock.advance(50);
  expect(clock.pending).toBe(0);
});

test('Scheduler runs tasks in the order of their times, whatever is scheduled, moved and cancelled', async () => {
  const step = fc.tuple(fc.nat(15), fc.option(fc.nat(100), { nil: undefined }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { clock, scheduler, ran, task } = rig();
      const tasks = Array.from({ length: 16 }, (_, i) => task(`${i}`));
      const due = new Map<number, number>();
      for (const [index, at] of steps) {
        if (at === undefined) {
          scheduler.cancel(tasks[index]!);
          due.delete(index);
        } else {
          scheduler.schedule(tasks[index]!, at);
          due.set(index, at);
        }
        expect(scheduler.size).toBe(due.size);
      }
      await clock.advance(200);
      expect(ran.toSorted()).toEqual(Array.from(due, ([i, at]) => `${i}@${at}`).toSorted());
      const times = ran.map((entry) => Number(entry.split('@')[1]));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test('Scheduler keeps its order when any of many tasks is cancelled', async () => {
  const times = fc.array(fc.nat(1_000), { minLength: 20, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(times, fc.array(fc.nat(39), { maxLength: 15 }), async (dues, cancelled) => {
      const { clock, scheduler, ran, task } = rig();
      const tasks = dues.map((at, i) => ({ at, i, task: task(`${i}`) }));
      for (const { at, task: one } of tasks) scheduler.schedule(one, at);
      for (const i of cancelled) if (tasks[i]) scheduler.cancel(tasks[i].task);
      await clock.advance(1_000);
      const left = tasks.filter(({ i }) => !cancelled.includes(i));
      expect(ran.toSorted()).toEqual(left.map(({ at, i }) => `${i}@${at}`).toSorted());
    }),
    { numRuns: 40 },
  );
});

test('hold() holds the process open while something is scheduled, until each has its release()', async () => {
  const { clock, scheduler, task } = rig();
  scheduler.schedule(task('a'), 100);
  expect(clock.pendingKeepAlive).toBe(0);
  scheduler.hold();
  scheduler.hold();
  expect(clock.pendingKeepAlive).toBe(1);
  scheduler.release();
  expect(clock.pendingKeepAlive).toBe(1);
  scheduler.release();
  expect([clock.pending, clock.pendingKeepAlive]).toEqual([1, 0]);
});

test('hold() goes on over the timers that follow', async () => {
  const { clock, scheduler, ran, task } = rig();
  scheduler.hold();
  expect(clock.pending).toBe(0);
  scheduler.schedule(task('a'), 100);
  scheduler.schedule(task('b'), 200);
  await clock.advance(150);
  expect(clock.pendingKeepAlive).toBe(1);
  scheduler.release();
  expect(clock.pendingKeepAlive).toBe(0);
  await clock.advance(50);
  expect(ran).toEqual(['a@100', 'b@200']);
});

test('hold() changes the timer where it can, and sets it anew where it cannot', () => {
  const held: boolean[] = [];
  const set: boolean[] = [];
  const timer = {
    cancel: () => expect.fail('it was set anew'),
    keepAlive: (on: boolean) => void held.push(on),
  };
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    setTimer(_ms: number, _callback: () => void, { keepAlive = false }: TimerOptions = {}) {
      set.push(keepAlive);
      return timer;
    },
  };
  const scheduler = new Scheduler(clock, () => {});
  scheduler.schedule(rig().task('a'), 100);
  scheduler.hold();
  scheduler.hold();
  scheduler.release();
  scheduler.release();
  expect([set, held]).toEqual([[false], [true, false]]);
});

test('schedule() of what is due, by a task that runs, waits for the next wake', async () => {
  const { clock, scheduler, ran, task } = rig();
  let wakes = 0;
  const again = task('again', (self) => {
    if (++wakes < 3) scheduler.schedule(self, clock.monotonic());
  });
  scheduler.schedule(again, 10);
  scheduler.schedule(task('other'), 10);
  await clock.advance(10);
  expect(ran).toEqual(['again@10', 'other@10', 'again@10', 'again@10']);
});

test('schedule() moves a task that is about to run', async () => {
  const { clock, scheduler, ran, task } = rig();
  const moved = task('moved');
  scheduler.schedule(
    task('first', () => scheduler.schedule(moved, 30)),
    10,
  );
  scheduler.schedule(moved, 10);
  await clock.advance(20);
  expect([ran, scheduler.size]).toEqual([['first@10'], 1]);
  await clock.advance(10);
  expect(ran).toEqual(['first@10', 'moved@30']);
});

test('Scheduler notices within a minute that the machine slept', async () => {
  const { clock, scheduler, lost, ran, task } = rig();
  scheduler.schedule(task('far'), 3_600_000);
  clock.suspend(31_000);
  await clock.advance(59_999);
  expect(lost).toEqual([]);
  await clock.advance(1);
  expect(lost).toEqual([31_000]);
  await clock.advance(600_000);
  expect([lost, ran]).toEqual([[31_000], []]);
});

test.each([
  ['half a minute forward', 30_000],
  ['an hour back', -3_600_000],
])('Scheduler takes no sleep for a step of the wall clock of %s', async (_, ms) => {
  const { clock, scheduler, lost, task } = rig();
  scheduler.schedule(task('far'), 3_600_000);
  clock.step(ms);
  await clock.advance(300_000);
  expect(lost).toEqual([]);
});

test('Scheduler notices a sleep right after the wall clock was set back', async () => {
  const { clock, scheduler, lost, task } = rig();
  scheduler.schedule(task('far'), 3_600_000);
  clock.step(-3_600_000);
  await clock.advance(60_000);
  clock.suspend(40_000);
  await clock.advance(60_000);
  expect(lost).toEqual([expect.any(Number)]);
});

test('Scheduler tells of a wake that came late before it runs what is overdue', async () => {
  const { clock, ran, lost, task } = rig();
  let now = 0;
  const wakes: (() => void)[] = [];
  const stalled = {
    now: () => now,
    monotonic: () => now,
    setTimer: (_: number, callback: () => void) => {
      wakes.push(callback);
      return { cancel: () => void wakes.splice(wakes.indexOf(callback), 1) };
    },
  };
  const scheduler = new Scheduler(stalled, (sleptMs) => {
    lost.push(sleptMs);
    ran.push('lost');
  });
  const at = (late: number): void => {
    now += 1_000;
    scheduler.schedule(task('task'), now);
    now += late;
    wakes.shift()!();
  };
  at(5_000);
  expect(ran).toEqual(['task@0']);
  at(5_001);
  expect(ran).toEqual(['task@0', 'lost', 'task@0']);
  expect(lost).toEqual([0]);
  expect(clock.pending).toBe(0);
});
