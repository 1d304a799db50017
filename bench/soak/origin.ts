import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ConfigServer,
  type ConfigServerFault,
  configServer,
} from '@holdfast/testing/config-server';
import { documentOf } from '../harness/document.ts';

const DOCUMENT_BYTES = 5_000;
const EDIT_MS = 150;
const FAULT_MS = 100;
const EVENT_MS = 500;
/** The stream of events is cut so often. */
const CUT_MS = 7_000;
/** So often nobody listens on the port, for so long. */
const OUTAGE_MS = 20_000;
const OUTAGE_LENGTH_MS = 1_000;

/** What requests meet. */
const FAULTS: readonly ConfigServerFault[] = [
  { kind: 'reset' },
  { kind: 'cut' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 429, retryAfter: 1 },
  { kind: 'wrong-type' },
  { kind: 'not-modified' },
  { kind: 'hang' },
  { kind: 'hang', after: 'half' },
];

/** A server of documents that are edited all the time, and of events that tell of it; both fail often. */
export interface SoakOrigin extends AsyncDisposable {
  readonly paths: readonly string[];
  /** Of a document. */
  url(path: string): string;
  readonly eventsUrl: string;
}

/** Starts an origin of so many documents. */
export async function soakOrigin(documents: number, random: () => number): Promise<SoakOrigin> {
  const paths = Array.from({ length: documents }, (_, i) => `/app-${i}.json`);
  const server = await configServer();
  for (const path of paths) server.set(path, documentOf(DOCUMENT_BYTES));
  const streams = new Set<ServerResponse>();
  const events = eventServer(streams).listen(0, '127.0.0.1');
  await once(events, 'listening');
  const { port } = events.address() as AddressInfo;
  const timers = trouble(server, { paths, streams, random });
  return {
    paths,
    url: (path) => server.url(path),
    eventsUrl: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer);
      events.close();
      events.closeAllConnections();
      await server.close();
    },
  };
}

function eventServer(streams: Set<ServerResponse>): Server {
  return createServer((_, response) => {
    streams.add(response.writeHead(200, { 'content-type': 'text/event-stream' }));
    response.write(': welcome\n\n');
    response.once('close', () => streams.delete(response));
  });
}

interface Scene {
  readonly paths: readonly string[];
  readonly streams: ReadonlySet<ServerResponse>;
  readonly random: () => number;
}

/** Edits documents, makes requests fail, tells of events, and cuts them. */
function trouble(server: ConfigServer, { paths, streams, random }: Scene): NodeJS.Timeout[] {
  const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  let edits = 0;
  const edit = (): void => {
    edits += 1;
    const text = documentOf(DOCUMENT_BYTES, edits);
    // now and then it is garbage, until it is edited again
    server.set(any(paths), random() < 0.1 ? text.slice(0, -1) : text);
  };
  const outage = async (): Promise<void> => {
    await server.fault({ kind: 'refuse' });
    setTimeout(() => void server.heal(), OUTAGE_LENGTH_MS);
  };
  return [
    setInterval(edit, EDIT_MS),
    setInterval(() => void server.fault(any(FAULTS), { times: 1, path: any(paths) }), FAULT_MS),
    setInterval(() => {
      for (const stream of streams) stream.write('event: changed\ndata: {}\n\n');
      // it remembers each request: that would be a leak of ours
      (server.requests as unknown[]).length = 0;
    }, EVENT_MS),
    setInterval(() => {
      for (const stream of streams) stream.destroy();
    }, CUT_MS),
    setInterval(() => void outage(), OUTAGE_MS),
  ];
}
