import type { LoadRequest } from '@holdfast/core';
import type { Dispatcher } from 'undici';
import type { Fields } from '../http/fields.ts';
import { type Undici, undiciModule } from '../undici/connection.ts';
import { openStanding } from '../undici/open-standing.ts';
import type { SocketPolicy } from './options.ts';

/** What is used of a WebSocket, and all that platforms agree on. */
export interface Socket {
  /** Bytes that were sent, and that nobody took yet. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: string, listener: (event: SocketEvent) => void): void;
}

/** What is used of its events. */
export interface SocketEvent {
  readonly data?: unknown;
  readonly code?: number;
}

/** Of one message: empty ones would count for nothing against its length. */
const MOST_FRAGMENTS = 131_072;

type CreateSocket = new (url: string, options: object) => Socket;

/** A socket that begins to connect, and what ends it at once. */
export interface OpenSocket {
  readonly socket: Socket;
  /** How the server answered. */
  readonly handshake: Handshake;
  readonly destroy: () => Promise<void>;
}

/** What a WebSocket does not tell of how it came about: browsers hide it from scripts. */
export interface Handshake {
  answer?: { readonly status: number; readonly fields: Fields };
  error?: unknown;
  /** What the messages go over from then on, whoever's dispatcher made it: a socket, or a stream of HTTP/2. */
  carrier?: { destroy(): unknown; unref?(): unknown };
}

/**
 * By undici's, on every runtime: those of platforms know neither our headers nor a limit for messages, and hold the
 * process open.
 */
export async function openSocket(
  policy: SocketPolicy,
  { limits, signal }: Pick<LoadRequest, 'limits' | 'signal'>,
  headers: readonly string[],
): Promise<OpenSocket> {
  const fields: Record<string, string> = {};
  for (let i = 0; i < headers.length; i += 2) fields[headers[i]!] = headers[i + 1]!;
  const connection = await openStanding(policy, signal);
  const undici = await undiciModule();
  const WebSocket = undici.WebSocket as unknown as CreateSocket;
  const handshake: Handshake = {};
  const dispatcher = {
    dispatch: overheard(connection.dispatcher, handshake, undici.util.parseHeaders),
    // read by the WebSocket: the same ones whoever's dispatcher is behind it
    webSocketOptions: {
      maxPayloadSize: limits.maxWireBytes,
      maxFragments: MOST_FRAGMENTS,
    },
  };
  const socket = new WebSocket(policy.url, { headers: fields, dispatcher });
  const destroy = async (): Promise<void> => {
    // no dispatcher knows it any more, and a server that is gone takes no leave
    handshake.carrier?.destroy();
    await connection.destroy();
  };
  return { socket, handshake, destroy };
}

type Dispatching = Pick<Dispatcher, 'dispatch'>;

/**
 * Notes the answer and the error of what it dispatches, or what it goes over, which then holds no process. Handlers are of the
 * old kind or of the new one.
 */
function overheard(
  dispatcher: Dispatching,
  handshake: Handshake,
  parse: Undici['util']['parseHeaders'],
): Dispatching['dispatch'] {
  const carry = (carrier: unknown): void => {
    handshake.carrier = carrier as NonNullable<Handshake['carrier']>;
    handshake.carrier.unref?.();
  };
  const note = (call: string | symbol, given: readonly unknown[]): void => {
    const [first, second, third, fourth] = given;
    if (call === 'onHeaders')
      handshake.answer = { status: first as number, fields: parse(second as Buffer[]) };
    if (call === 'onResponseStart')
      handshake.answer = { status: second as number, fields: third as Fields };
    if (call === 'onError') handshake.error = first;
    if (call === 'onResponseError') handshake.error = second;
    if (call === 'onUpgrade') carry(third);
    if (call === 'onRequestUpgrade') carry(fourth);
  };
  const get = (handler: object, call: string | symbol): unknown => {
    const told: unknown = Reflect.get(handler, call);
    if (typeof told !== 'function') return told;
    return (...given: readonly unknown[]): unknown => {
      note(call, given);
      return Reflect.apply(told, handler, given);
    };
  };
  return (options, handler) => dispatcher.dispatch(options, new Proxy(handler, { get }));
}
