import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programPath } from './needs.fixture.ts';

/** A server program of somebody else, as a child process on loopback. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  readonly hostPort: string;
  /** Of `/app.json`. */
  readonly url: string;
  /** A folder of its own, `files` in it for documents. */
  readonly folder: string;
}

interface NginxOptions {
  /** @default {a free one} */
  readonly port?: number;
  /** Directives of `http`. `FOLDER` stands for its folder. */
  readonly http?: string;
  /** Directives of its only `location`. */
  readonly location: string;
}

/** Runs nginx as one process. */
export function nginx({ port, http = '', location }: NginxOptions): Promise<Proxy> {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return start('nginx', port, {
    args: (folder) => ['-c', join(folder, 'conf'), '-e', join(folder, 'error.log')],
    config: (at) => `
      daemon off; master_process off; pid FOLDER/pid; error_log FOLDER/error.log;
      events {}
      http {
        access_log off; default_type application/json;
        ${temporary.map((name) => `${name}_temp_path FOLDER/${name};`).join(' ')}
        ${http}
        server { listen 127.0.0.1:${at}; location / { ${location} } }
      }`,
  });
}

/** Runs haproxy before the server on `origin`. */
export function haproxy(origin: number, http: string, port?: number): Promise<Proxy> {
  return start('haproxy', port, {
    args: (folder) => ['-db', '-f', join(folder, 'conf')],
    config: (at) => `
defaults
  mode http
  retries 0
  timeout connect 1s
  timeout client 10s
  timeout server 10s
cache own
  total-max-size 4
  max-age 60
frontend in
  bind 127.0.0.1:${at}
  default_backend out
backend out
${http}
  server origin 127.0.0.1:${origin}
`,
  });
}

interface Program {
  args(folder: string): string[];
  config(port: number): string;
}

async function start(name: string, wanted: number | undefined, program: Program): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), `holdfast-${name}-`));
  await mkdir(join(folder, 'files'));
  const port = wanted ?? (await freePort());
  await writeFile(join(folder, 'conf'), program.config(port).replaceAll('FOLDER', folder));
  const child = spawn(programPath(name)!, program.args(folder), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = once(child, 'exit');
  const listening = untilListening(port, () => child.exitCode === null);
  await Promise.race([listening, ended.then(() => Promise.reject(new Error(`${name}: ${said}`)))]);
  return {
    port,
    hostPort: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/app.json`,
    folder,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One that nobody has now; that somebody takes it in between is unlikely, and shows. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number, alive: () => boolean): Promise<void> {
  while (alive()) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    const [heard] = await Promise.race([
      once(socket, 'connect').then(() => [true]),
      once(socket, 'close').then(() => [false]),
    ]).catch(() => [false]);
    socket.destroy();
    if (heard) return;
  }
}
