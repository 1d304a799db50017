import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Edits, Format } from './formats.ts';

/** The server of `peer-server.ts`; it ends with this process. */
export interface PeerServer {
  readonly origin: string;
  /** Puts another version in place, and makes the one document that will be asked for. */
  readonly edit: (edits: Edits, format: Format, bytes: number) => Promise<void>;
  readonly stop: () => void;
}

/** Starts it; with `close`, it ends each connection with its answer. */
export async function startPeerServer(connections: 'close' | 'keep' = 'keep'): Promise<PeerServer> {
  const path = join(import.meta.dirname, '../peers/peer-server.mjs');
  const child = fork(path, [connections], { execArgv: [] });
  const [port] = (await once(child, 'message')) as [number];
  return {
    origin: `http://127.0.0.1:${port}`,
    async edit(edits, format, bytes) {
      const edited = once(child, 'message');
      child.send({ edits, prepare: [format, String(bytes)] });
      await edited;
    },
    stop: () => child.disconnect(),
  };
}
