import type { LoadRequest } from '@holdfast/core';
import { undiciModule } from '../undici/connection.ts';
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
  readonly error?: unknown;
}

type CreateSocket = new (url: string, options: object) => Socket;

/** A socket that begins to connect, and what ends it at once. */
export interface OpenSocket {
  readonly socket: Socket;
  readonly destroy: () => Promise<void>;
}

/**
 * By undici's, on every runtime: those of platforms know neither our headers nor a limit for messages, and hold the
 * process open.
 */
export async function openSocket(
  policy: SocketPolicy,
  request: Pick<LoadRequest, 'limits' | 'signal'>,
  headers: readonly string[],
): Promise<OpenSocket> {
  const fields: Record<string, string> = {};
  for (let i = 0; i < headers.length; i += 2) fields[headers[i]!] = headers[i + 1]!;
  const connection = await openStanding(policy, request);
  const WebSocket = (await undiciModule()).WebSocket as unknown as CreateSocket;
  const socket = new WebSocket(policy.url, { headers: fields, dispatcher: connection.dispatcher });
  return { socket, destroy: () => connection.destroy() };
}
