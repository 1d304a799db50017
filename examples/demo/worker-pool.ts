import { Worker } from 'node:worker_threads';

/** Waits for work that never comes. */
const IDLE = "require('node:worker_threads').parentPort.on('message', () => {})";

/** Threads, as many as it is told. */
export class WorkerPool {
  readonly #workers: Worker[] = [];

  constructor(size: number) {
    void this.resize(size);
  }

  get size(): number {
    return this.#workers.length;
  }

  /** Starts or ends threads. Resolves when those that are too many have ended. */
  async resize(size: number): Promise<void> {
    while (this.#workers.length < size) this.#workers.push(new Worker(IDLE, { eval: true }));
    await Promise.all(this.#workers.splice(size).map((worker) => worker.terminate()));
  }
}
