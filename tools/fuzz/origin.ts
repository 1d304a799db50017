import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Step } from './answer.ts';
import type { Ending } from './strict-answer.ts';

/** One request, and what was played to it. */
export interface Played {
  /** Which load of its case asked. */
  readonly load: number;
  /** Whether the request said which document the client has. */
  readonly conditional: boolean;
  /** Whether it was the first one of its connection: nothing odd came before it. */
  readonly first: boolean;
  /** Which of the answers of the case it was; past the last one all is well. */
  readonly index: number;
  readonly bytes: Buffer;
  readonly ending: Ending;
}

/** Plays the answers of many cases; requests say by their headers which case and load they are of. */
export interface FuzzOrigin extends AsyncDisposable {
  readonly port: number;
  /** Nobody may ask here: redirects lead to it. */
  readonly elsewhere: number;
  /** Connections that came there. */
  readonly trapped: number;
  /** From now on the case is played, one answer a request; afterwards {@link finale}. */
  open(number: number, answers: readonly (readonly Step[])[]): void;
  /** What was played so far. */
  playedOf(number: number): readonly Played[];
  /** Connections that stand, of those that this case has used. */
  standing(number: number): number;
  /** Forgets the case, and ends what it left open. */
  forget(number: number): void;
}

/** More than any limit: what an endless body is read as. */
const LONG = 400_000;

interface Scene {
  readonly answers: readonly (readonly Step[])[];
  readonly played: Played[];
  readonly sockets: Set<Socket>;
}

/** The connections of fetch are shared by all cases. */
const lastUse = new WeakMap<Socket, Scene>();

/** Starts it, on free ports of loopback. */
export async function fuzzOrigin(): Promise<FuzzOrigin> {
  const scenes = new Map<string, Scene>();
  let trapped = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // answers of one connection come one after the other
    let playing = Promise.resolve();
    let first = true;
    onHeads(socket, (head) => {
      const scene = scenes.get(fieldOf(head, 'x-case'));
      if (!scene) return void socket.destroy();
      scene.sockets.add(socket);
      lastUse.set(socket, scene);
      socket.once('close', () => scene.sockets.delete(socket));
      const steps = scene.answers[scene.played.length] ?? finale(fieldOf(head, 'x-case'));
      const { length: index } = scene.played;
      const played = playedAs(head, { index, first }, socket.writable ? steps : []);
      scene.played.push(played);
      first = false;
      playing = playing.then(() => play(socket, steps)).catch(() => void socket.destroy());
    });
  });
  const trap = createServer((socket) => {
    trapped += 1;
    socket.destroy();
  });
  const [port, elsewhere] = await Promise.all([listen(server), listen(trap)]);
  return {
    port,
    elsewhere,
    get trapped() {
      return trapped;
    },
    open: (number, answers) =>
      void scenes.set(String(number), { answers, played: [], sockets: new Set() }),
    playedOf: (number) => scenes.get(String(number))?.played ?? [],
    standing: (number) => scenes.get(String(number))?.sockets.size ?? 0,
    forget(number) {
      const scene = scenes.get(String(number));
      for (const socket of scene?.sockets ?? [])
        if (lastUse.get(socket) === scene) socket.destroy();
      scenes.delete(String(number));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([server, trap].map((each) => once(each.close(), 'close')));
    },
  };
}

/** All is well again: a document that says so. */
function finale(number: string): Step[] {
  const body = `{"healed":${number}}`;
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`;
  return [{ kind: 'bytes', bytes: Buffer.from(head + body) }];
}

function playedAs(
  head: string,
  place: Pick<Played, 'index' | 'first'>,
  steps: readonly Step[],
): Played {
  const bytes = steps.flatMap((step) => {
    if (step.kind === 'endless') return [Buffer.alloc(LONG, step.bytes)];
    return step.kind === 'bytes' ? [step.bytes] : [];
  });
  const end = steps.find(({ kind }) => kind === 'end' || kind === 'reset' || kind === 'endless');
  return {
    load: Number(fieldOf(head, 'x-load')),
    conditional: /^if-(?:none-match|modified-since):/im.test(head),
    ...place,
    bytes: Buffer.concat(bytes),
    ending: end?.kind === 'end' || end?.kind === 'reset' ? end.kind : 'open',
  };
}

function onHeads(socket: Socket, onHead: (head: string) => void): void {
  let heard = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
    for (let end = heard.indexOf('\r\n\r\n'); end !== -1; end = heard.indexOf('\r\n\r\n')) {
      const head = heard.slice(0, end);
      heard = heard.slice(end + 4);
      onHead(head);
    }
  });
}

async function play(socket: Socket, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (!socket.writable) return;
    switch (step.kind) {
      case 'bytes':
        await write(socket, step.bytes);
        break;
      case 'wait':
        await (step.ms === 0 ? turn() : sleep(step.ms));
        break;
      case 'end':
        return void socket.end();
      case 'reset':
        return void socket.resetAndDestroy();
      case 'endless':
        while (socket.writable)
          await write(socket, Buffer.alloc(16_384, step.bytes)).then(() => turn());
    }
  }
}

/** Resolves when more may be written, or nothing any more. */
async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.write(bytes) || !socket.writable) return;
  await new Promise<void>((resolve) => {
    const over = (): void => {
      socket.off('drain', over).off('close', over);
      resolve();
    };
    socket.on('drain', over).on('close', over);
  });
}

function fieldOf(head: string, name: string): string {
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
}

async function listen(server: Server): Promise<number> {
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
