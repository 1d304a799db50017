import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from './open-socket.ts';

const CHANNELS = ['undici:websocket:ping', 'undici:websocket:pong'];

/**
 * Calls `heard` at each ping and pong of the protocol, which a WebSocket answers and tells nobody of. Gives what ends that.
 */
export function hearFrames(socket: Socket, heard: () => void): () => void {
  const hear = (message: unknown): void => {
    if ((message as { readonly websocket?: unknown }).websocket === socket) heard();
  };
  for (const channel of CHANNELS) subscribe(channel, hear);
  return () => {
    for (const channel of CHANNELS) unsubscribe(channel, hear);
  };
}
