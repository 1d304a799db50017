import { LoadError, type LoaderTime, type WatchRequest } from '@holdfast/core';
import { headersFor } from '../http/request-headers.ts';
import { transportError } from '../http/transport-error.ts';
import { untilAborted } from '../internal/until-aborted.ts';
import { statusError } from '../push/status-error.ts';
import { type Heard, withinSilence } from '../push/within-silence.ts';
import { hearFrames } from './hear-frames.ts';
import { meaningOf } from './message.ts';
import { type Handshake, openSocket, type Socket, type SocketEvent } from './open-socket.ts';
import type { SocketPolicy } from './options.ts';
import { PathOverrides } from './path-overrides.ts';

/** Closed as agreed: it went away, or it has nothing more to say. */
const CLEAN = new Set([1000, 1001]);

/** A server that has not read so many bytes is told no more until it does. */
const MOST_UNREAD_BYTES = 65_536;

/** The conversation with one server, one connection after the other. */
export class SocketWatch {
  readonly #policy: SocketPolicy;
  readonly #overrides: PathOverrides | undefined;

  constructor(policy: SocketPolicy) {
    this.#policy = policy;
    this.#overrides = policy.overrides && new PathOverrides(policy.overrides.target);
  }

  watch(request: WatchRequest): Promise<void> {
    const { name, silenceMs, ping } = this.#policy;
    let socket: Socket | undefined;
    const ask = (): void => {
      if (ping !== undefined && socket) say(socket, ping);
    };
    return withinSilence(request, { name, silenceMs, ask }, (heard) =>
      this.#connect(request, heard, (open) => {
        socket = open;
      }),
    );
  }

  async #connect(
    request: WatchRequest,
    { signal, heard }: Heard,
    opened: (socket: Socket) => void,
  ): Promise<void> {
    const policy = this.#policy;
    const headers = await headersFor(policy.headers, policy.name, signal);
    signal.throwIfAborted();
    const { socket, handshake, destroy } = await openSocket(
      policy,
      { limits: request.limits, signal },
      headers,
    );
    const stopHearing = hearFrames(socket, heard);
    socket.addEventListener('open', () => {
      opened(socket);
      heard();
      if (policy.register !== undefined) socket.send(policy.register);
      request.connected();
    });
    socket.addEventListener('message', ({ data }) => {
      heard();
      if (!signal.aborted) this.#hear(data, socket, request);
    });
    try {
      await untilAborted(this.#ended(socket, handshake, request.time), signal);
    } finally {
      stopHearing();
      socket.close();
      await destroy();
    }
  }

  /** Resolves when the server closes as agreed; rejects when the connection fails, or never came about. */
  #ended(socket: Socket, handshake: Handshake, time: LoaderTime): Promise<void> {
    return new Promise((resolve, reject) => {
      let stood = false;
      socket.addEventListener('open', () => (stood = true));
      socket.addEventListener('close', ({ code }) => {
        if (stood && CLEAN.has(code ?? 0)) resolve();
        else reject(stood ? this.#lost(code) : this.#refused(handshake, time.now()));
      });
    });
  }

  #hear(data: unknown, socket: Socket, request: WatchRequest): void {
    // bytes mean nothing; a text is no longer than the limit
    if (typeof data !== 'string') return;
    const meaning = meaningOf(data, this.#policy);
    const refused = (type: string, why: string): void =>
      say(socket, JSON.stringify({ type: 'refused', refused: type, why }));
    if (meaning.kind === 'nothing') return;
    if (meaning.kind === 'refused') return refused(meaning.type, meaning.why);
    if (meaning.kind === 'override')
      return this.#overrides?.set(meaning, ({ type }, why) => refused(type, why));
    if (meaning.kind === 'document')
      request.offer({ raw: meaning.document, pushedBy: this.#policy.name });
    // a document, too, is confirmed
    request.changed();
  }

  #lost(code: SocketEvent['code']): LoadError {
    const what = `the connection ended (code ${code ?? 'unknown'})`;
    return new LoadError(`Cannot watch ${this.#policy.name}: ${what}`, { failure: 'connect' });
  }

  #refused({ answer, error }: Handshake, now: number): LoadError {
    const { name: loader, target } = this.#policy;
    if (answer) return statusError(loader, 'no WebSocket', { ...answer, now });
    const where = { loader, doing: 'watch', hostPort: target.hostPort, answered: false } as const;
    return transportError(error, { ...where, untold: 'no WebSocket there' });
  }
}

/** Says nothing to a server that does not read: what waits for it would fill the memory. */
function say(socket: Socket, text: string): void {
  if (socket.bufferedAmount < MOST_UNREAD_BYTES) socket.send(text);
}
