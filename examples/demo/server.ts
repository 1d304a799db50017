import { readFileSync, watch, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  type ConfigServer,
  type ConfigServerRequest,
  configServer,
} from '@holdfast/testing/config-server';
import type { AppDocument } from './schema.ts';

const PATH = '/app.json';

/** The config server of the demo: it serves one JSON file, with an ETag. */
export class DemoServer {
  readonly file: string;
  readonly #server: ConfigServer;

  private constructor(file: string, server: ConfigServer) {
    this.file = file;
    this.#server = server;
  }

  /** @param file Where the document is kept; it is written. */
  static async start(file: string, document: AppDocument): Promise<DemoServer> {
    const server = new DemoServer(file, await configServer());
    server.publish(document);
    return server;
  }

  get url(): string {
    return this.#server.url(PATH);
  }

  /** The last request that was answered. */
  get lastRequest(): ConfigServerRequest | undefined {
    return this.#server.requests.findLast(({ status }) => status !== undefined);
  }

  /** Serves this document from now on. It need not be a good one. */
  publish(document: unknown): void {
    writeFileSync(this.file, `${JSON.stringify(document, null, 2)}\n`);
    this.#serveFile();
  }

  /** From now on nobody listens on its port. */
  async die(): Promise<void> {
    await this.#server.fault('refuse');
  }

  async comeBack(): Promise<void> {
    await this.#server.heal();
  }

  /** Serves the file anew whenever somebody edits it, until the signal aborts. */
  follow(signal: AbortSignal): void {
    // the folder, since most editors put a new file in place of the old one
    watch(dirname(this.file), { signal }, (_, name) => {
      if (name === basename(this.file)) this.#serveFile();
    });
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  #serveFile(): void {
    this.#server.set(PATH, readFileSync(this.file));
  }
}
