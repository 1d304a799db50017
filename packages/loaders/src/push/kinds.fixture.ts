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

/** Each of them, and the one that knows what was seen by a tag, too. */
export const TELLING_KINDS: typeof KINDS = [
  ...KINDS,
  ['long-poll by tags', (loader, options) => longPolling(loader, { ...options, by: 'etag' })],
];

/** Those that can be sent documents, and take them. */
export const DOCUMENT_KINDS: typeof KINDS = [
  ['sse', (loader, options) => serverSentEvents(loader, { ...options, documentEvents: ['put'] })],
  [
    'websocket',
    (loader, options) => webSocketMessages(loader, { ...options, acceptDocuments: true }),
  ],
];
