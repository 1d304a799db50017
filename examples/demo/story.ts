import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ApplicationProcess } from './application-process.ts';
import { type Narrator, waitOf } from './narrator.ts';
import type { AppDocument } from './schema.ts';
import { DemoServer } from './server.ts';
import { hasBrought, isBy, isPoll, isState, type Message } from './told.ts';
import { fallbackAfter, polling, updates } from './tuning.ts';

/** What the server has at first. */
const FIRST: AppDocument = {
  logLevel: 'info',
  pool: { size: 4 },
  rateLimit: 100,
  features: { search: true },
};
/** With so many changes in the last hour polls come twice as often. */
const MANY_CHANGES = 5;
const JITTER = 0.1;
const BURST_EVERY_MS = 50;
const BURST_FROM = 200;
/** Published after the limit was reached. */
const MORE_EDITS = 3;

/** What a story is told with. */
export interface StoryOptions {
  readonly narrator: Narrator;
  /** For the document of the server and the cache of the application. */
  readonly folder: string;
  /** Goes on after the last fault, until Ctrl-C. */
  readonly serve: boolean;
}

/**
 * What happens between a config server and an application, in order. Every step waits for the event that it is about,
 * and fails the demo when that does not come.
 */
export async function tellStory({ narrator, folder, serve }: StoryOptions): Promise<void> {
  const server = await DemoServer.start(join(folder, 'app.json'), FIRST);
  const story = new Story(narrator, server, join(folder, 'cache'));
  try {
    await story.start();
    await story.notModified();
    await story.edit();
    await story.interval();
    await story.refusal();
    await story.burst();
    await story.outage();
    await story.restart();
    await story.recovery();
    if (serve) await story.yourTurn();
    await story.end();
  } finally {
    await story.cleanUp();
  }
}

class Story {
  readonly #narrator: Narrator;
  readonly #server: DemoServer;
  readonly #cache: string;
  #app: ApplicationProcess;
  #document = FIRST;

  constructor(narrator: Narrator, server: DemoServer, cache: string) {
    this.#narrator = narrator;
    this.#server = server;
    this.#cache = cache;
    this.#app = new ApplicationProcess(server.url, cache);
  }

  async start(): Promise<void> {
    const { serving, data } = await this.#app.next('app.registered');
    this.#narrator.chapter('Defaults are served at once');
    this.#narrator.line('app', `has a value ${data.tookMs.toFixed(1)} ms after register()`);
    this.#narrator.serving(serving);
    this.#narrator.chapter('The first document arrives');
    const first = await this.#app.next('config.changed');
    this.#narrator.request(this.#server.lastRequest);
    this.#narrator.changed(first);
    await this.#workersResized();
  }

  async notModified(): Promise<void> {
    this.#narrator.chapter('Nothing new: a 304');
    const poll = await this.#app.next('poll.finished', isPoll('unchanged'));
    this.#narrator.request(this.#server.lastRequest);
    this.#narrator.polled(poll);
  }

  async edit(): Promise<void> {
    this.#narrator.chapter('An edit arrives, and a listener of one path acts on it');
    const features = { search: true, export: true };
    this.#publish({ ...this.#document, logLevel: 'debug', pool: { size: 8 }, features });
    this.#narrator.changed(await this.#arrived());
    await this.#workersResized();
  }

  async interval(): Promise<void> {
    this.#narrator.chapter('The more changes, the shorter the interval');
    for (let edits = 2; edits <= MANY_CHANGES; edits++) {
      this.#publish({ ...this.#document, rateLimit: 100 + edits });
      const { version } = (await this.#arrived()).data;
      const poll = await this.#app.next('poll.finished', hasBrought(version));
      const baseMs = polling.intervalMs * (edits < MANY_CHANGES ? 1 : 0.5);
      this.#narrator.polled(poll, `edit ${edits} `, `: ${(baseMs / 1_000).toFixed(2)} s ± 10 %`);
      if (waitOf(poll) > baseMs * (1 + JITTER) + 1) throw new Error('The interval did not adapt');
    }
  }

  async refusal(): Promise<void> {
    this.#narrator.chapter('An invalid document is refused, and nothing of it is remembered');
    const tags: (string | undefined)[] = [];
    this.#server.publish({ ...this.#document, pool: { size: 'many' } });
    while (tags.length < 2) {
      const refused = await this.#app.next('document.refused');
      this.#narrator.request(this.#server.lastRequest);
      this.#narrator.refused(refused);
      tags.push(this.#server.lastRequest?.headers['if-none-match']);
    }
    if (tags[0] === undefined || tags[0] !== tags[1])
      throw new Error('The tag of a refused document was kept');
    this.#narrator.line('story', 'the ETag is still that of the document in force');
    await this.#app.next('status.changed', isState('stale'));
    this.#publish(this.#document);
    const { serving } = await this.#app.next('status.changed', isState('fresh'));
    this.#narrator.serving(serving);
  }

  async burst(): Promise<void> {
    this.#narrator.chapter('A burst of edits is limited, and the newest is not lost');
    const windowText = `${updates.windowMs / 1_000} s`;
    this.#narrator.line(
      'story',
      `the limit is ${updates.max} within ${windowText}, by default 10 within a minute`,
    );
    this.#narrator.line('story', `lets ${windowText} pass, so that nothing counts against it`);
    await pause(updates.windowMs);
    this.#narrator.line('server', `an edit every ${BURST_EVERY_MS} ms, until one is held`);
    const limit = this.#app.next('document.held');
    let rateLimit = BURST_FROM;
    const publishOne = async (): Promise<unknown> => {
      this.#publish({ ...this.#document, rateLimit: ++rateLimit });
      return Promise.race([limit, pause(BURST_EVERY_MS)]);
    };
    while ((await publishOne()) === undefined);
    const { serving, data } = await limit;
    this.#narrator.line('server', `${rateLimit - BURST_FROM} edits until then`);
    this.#narrator.serving(serving);
    this.#narrator.held((data.until ?? 0) - data.at);
    for (let more = 0; more < MORE_EDITS; more++) {
      await publishOne();
      await pause(BURST_EVERY_MS);
    }
    this.#narrator.line(
      'server',
      `${MORE_EDITS} more edits: the newest says rateLimit ${rateLimit}`,
    );
    const opened = await this.#app.next('config.changed', isBy('window'));
    this.#narrator.changed(opened);
    // on a slow machine the window may open before the newest edit was read
    if (opened.serving.value.rateLimit !== rateLimit) this.#narrator.changed(await this.#arrived());
  }

  async outage(): Promise<void> {
    this.#narrator.chapter('The server is killed');
    await this.#server.die();
    this.#narrator.line('server', 'is gone: nobody listens on its port');
    for (let failures = 0; failures < fallbackAfter; failures++) {
      this.#narrator.polled(await this.#app.next('poll.finished', isPoll('failed')));
    }
    const fallback = await this.#app.next('status.changed', isState('fallback'));
    this.#narrator.serving(fallback.serving);
    this.#narrator.line(
      'story',
      `fallback comes after ${fallbackAfter} failures in a row here, by default after five`,
    );
  }

  async restart(): Promise<void> {
    this.#narrator.chapter(
      'The application is killed too, and started again while the server is gone',
    );
    await this.#app.kill();
    this.#narrator.line('story', `kill -9 ${this.#app.pid}`);
    this.#app = new ApplicationProcess(this.#server.url, this.#cache);
    const { serving } = await this.#app.next('app.registered');
    this.#narrator.line(
      'app',
      `is a new process, ${this.#app.pid}: it counts versions from 1 again`,
    );
    this.#narrator.serving(serving);
    this.#narrator.changed(await this.#app.next('config.changed', isBy('cache')));
    this.#narrator.polled(await this.#app.next('poll.finished', isPoll('failed')));
    const ready = await this.#app.next('app.ready');
    this.#narrator.line('app', `ready() says that the value is from the ${ready.data.from}`);
    this.#narrator.serving(ready.serving);
  }

  async recovery(): Promise<void> {
    this.#narrator.chapter('The server is back');
    await this.#server.comeBack();
    this.#narrator.line('server', 'listens again');
    const poll = await this.#app.next('poll.finished', isPoll('unchanged'));
    this.#narrator.request(this.#server.lastRequest, 'the tag was on the disk');
    this.#narrator.polled(poll);
    this.#narrator.serving(poll.serving);
    this.#publish({ ...this.#document, logLevel: 'warn' });
    this.#narrator.changed(await this.#app.next('config.changed'));
  }

  async yourTurn(): Promise<void> {
    this.#narrator.chapter('Your turn, until Ctrl-C');
    this.#narrator.line('server', `${this.#server.url} serves what is in`);
    this.#narrator.line('server', `${this.#server.file}: edit it`);
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
    this.#server.follow(stop.signal);
    for await (const message of this.#app.messages(stop.signal)) this.#narrator.any(message);
  }

  async end(): Promise<void> {
    this.#narrator.chapter('A clean exit');
    this.#app.stop();
    const { data } = await this.#app.next('app.closed');
    this.#narrator.line('app', `has closed; timers that are left: ${data.timers}`);
    const code = await this.#app.ended();
    this.#narrator.line('app', `has ended by itself, with code ${code}`);
    if (data.timers > 0 || code !== 0) throw new Error('The exit was not clean');
  }

  /** Whatever happened: nothing is left behind. */
  async cleanUp(): Promise<void> {
    await this.#app.kill();
    await this.#server.close();
  }

  #publish(document: AppDocument): void {
    this.#document = document;
    this.#server.publish(document);
  }

  /** What was published last is in force. */
  #arrived(): Promise<Message<'config.changed'>> {
    return this.#app.next('config.changed', ({ serving }) =>
      isDeepStrictEqual(serving.value, this.#document),
    );
  }

  async #workersResized(): Promise<void> {
    const { data } = await this.#app.next('pool.resized');
    this.#narrator.line('workers', `${data.before} → ${data.after} threads`);
  }
}
