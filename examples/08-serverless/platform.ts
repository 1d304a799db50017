// Stands in for the platform: an instance is a process of its own, which is frozen whenever it has nothing to answer.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const INSTANCE = fileURLToPath(new URL('instance.ts', import.meta.url));

export class Platform {
  readonly #instance: ChildProcess;

  /** @param env What the instance finds in its environment. */
  constructor(env: Readonly<Record<string, string>>) {
    this.#instance = fork(INSTANCE, { env: { ...process.env, ...env } });
  }

  /** Thaws the instance, has it answer one request, and freezes it again. */
  async invoke(name: string): Promise<string> {
    this.#instance.kill('SIGCONT');
    this.#instance.send(name);
    const [answer] = await once(this.#instance, 'message');
    this.#instance.kill('SIGSTOP');
    return answer as string;
  }

  async close(): Promise<void> {
    this.#instance.kill('SIGKILL');
    await once(this.#instance, 'exit');
  }
}
