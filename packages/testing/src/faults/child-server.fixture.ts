import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Socket, connect } from 'node:net';

/** A server of `{ n: 1, … }` in a process of its own, which can be stopped and set going again. */
export interface ChildServer extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** Of a document with as much filler as `?fill=` says. */
  readonly url: string;
  /** SIGSTOP: its sockets stay open, and nobody answers. Resolves when it stands still. */
  stop(): Promise<void>;
  /** SIGCONT. Resolves when it answers: packets that were dropped come again only a second later. */
  resume(): Promise<void>;
  /** Fills its queue of connections, while it stands still: who connects now gets no answer to the first packet. */
  fillQueue(): Promise<void>;
}

/** How to run it. */
export interface ChildServerOptions {
  /** The address to listen on. @default {'127.0.0.1'} */
  readonly host?: string;
  /** A command that runs another command, such as `ip netns exec`. @default {none} */
  readonly through?: readonly string[];
}

/** The least queue that there is: Linux takes one connection more than it is told. */
const BACKLOG = 1;
const MORE_THAN_THE_QUEUE = 4;

const SERVER = `
  const server = require('node:http').createServer((request, response) => {
    const { searchParams } = new URL(request.url, 'http://x');
    const fill = 'x'.repeat(Number(searchParams.get('fill') ?? 0));
    const n = Number(searchParams.get('n') ?? 1);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ n, fill }));
  });
  server.listen({ port: 0, host: process.argv[1], backlog: ${BACKLOG} }, () => {
    process.stdout.write(server.address().port + '\\n');
  });
  // it ends with the process that started it
  process.stdin.resume().on('end', () => process.exit());
`;

/** Starts one. */
export async function childServer(options: ChildServerOptions = {}): Promise<ChildServer> {
  const { host = '127.0.0.1', through = [] } = options;
  const [command, ...args] = [...through, process.execPath, '-e', SERVER, host];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(String(line));
  const pid = child.pid!;
  const url = `http://${host}:${port}/app.json`;
  const fill: Socket[] = [];
  return {
    pid,
    port,
    url,
    async stop() {
      child.kill('SIGSTOP');
      await standsStill(pid);
    },
    async resume() {
      for (const socket of fill.splice(0)) socket.destroy();
      child.kill('SIGCONT');
      while (!(await answers(url)));
    },
    async fillQueue() {
      for (let i = 0; i < MORE_THAN_THE_QUEUE; i += 1) {
        fill.push(connect(port, host).on('error', () => {}));
      }
      await Promise.all(fill.slice(0, BACKLOG + 1).map((socket) => once(socket, 'connect')));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of fill) socket.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Resolves when the kernel says that a process is stopped: a signal needs a moment to arrive. */
export async function standsStill(pid: number): Promise<void> {
  while (!/\) T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) await turn();
}

/** Whether a server answers soon. */
const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(50), headers: { connection: 'close' } }).then(
    ({ ok }) => ok,
    () => false,
  );

/** One turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
