import type { Loader } from '@holdfast/core';
import { longPolling } from '../long-poll.ts';
import { serverSentEvents } from '../sse.ts';
import { webSocketMessages } from '../websocket.ts';
import type { Kind } from './push-server.fixture.ts';

/** Options that all of them take. */
interface Options {
  readonly url: string;
  readonly bearerToken?: string;
}

/** Every loader whose watch is a connection. */
export const KINDS: readonly (readonly [Kind, (loader: Loader, options: Options) => Loader])[] = [
  ['sse', serverSentEvents],
  ['websocket', webSocketMessages],
  ['long-poll', longPolling],
];
