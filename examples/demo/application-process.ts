import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Message, Told } from './told.ts';

const PROGRAM = fileURLToPath(new URL('application.ts', import.meta.url));

/** A step of the story that takes longer has failed. */
const LIMIT_MS = 10_000;

/** A running application, and what it told that nobody has asked for yet. */
export class ApplicationProcess {
  readonly #child: ChildProcess;
  readonly #gone = new AbortController();
  #unread: Message[] = [];

  /** @param args What application.ts is started with. */
  constructor(...args: string[]) {
    // a group of its own: Ctrl-C is for the story, which tells the application to stop
    this.#child = fork(PROGRAM, args, { detached: true });
    this.#child.on('message', (message) => void this.#unread.push(message as Message));
    this.#child.once('exit', (code) =>
      this.#gone.abort(new Error(`The application has ended with code ${code}`)),
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The next message of a type that fits; later ones stay for later calls. Rejects when it does not come in time. */
  async next<K extends keyof Told>(
    type: K,
    fits: (message: Message<K>) => boolean = () => true,
  ): Promise<Message<K>> {
    const late = AbortSignal.timeout(LIMIT_MS);
    for (;;) {
      const ofType = this.#unread.filter((message) => message.type === type) as Message<K>[];
      const found = ofType.find(fits);
      if (found !== undefined) {
        const seen = new Set<unknown>(ofType.slice(0, ofType.indexOf(found) + 1));
        this.#unread = this.#unread.filter((message) => !seen.has(message));
        return found;
      }
      const signal = AbortSignal.any([late, this.#gone.signal]);
      await once(this.#child, 'message', { signal }).catch(() => {
        if (this.#gone.signal.aborted) throw this.#gone.signal.reason;
        throw new Error(`The application did not tell "${type}" within ${LIMIT_MS / 1000} s`);
      });
    }
  }

  /** All messages from now on, until the signal aborts. */
  async *messages(signal: AbortSignal): AsyncGenerator<Message> {
    try {
      for await (const [message] of on(this.#child, 'message', { signal }))
        yield message as Message;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended();
  }

  /** Asks it to close; it has to end by itself, see {@link ended}. */
  stop(): void {
    this.#child.send('stop');
  }

  /** Resolves with the exit code, null after a signal. Rejects when it does not end in time. */
  async ended(): Promise<number | null> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return exitCode;
    const [code] = await once(this.#child, 'exit', { signal: AbortSignal.timeout(LIMIT_MS) });
    return code as number | null;
  }
}
