import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Served } from './documents.ts';
import type { RequestFault } from './fault.ts';

const compress = promisify(brotliCompress);
const PORTAL = '<!doctype html><title>Sign in</title><p>Sign in to use this network.</p>';
const BOMB_BYTES = 64 * 1024 * 1024;
const DRIP_MS = 200;

/**
 * Answers one request wrongly.
 *
 * @param served The document that a good answer would have carried.
 * @returns The status that was answered; undefined where there was none.
 */
export async function play(
  fault: RequestFault,
  response: ServerResponse,
  served: Served,
): Promise<number | undefined> {
  switch (fault.kind) {
    case 'reset':
      return reset(response);
    case 'cut':
      return sendHalf(response, served, () => response.socket?.end());
    case 'drip':
      return drip(response, served, fault.everyMs ?? DRIP_MS);
    case 'hang':
      return hang(response, served, fault.after ?? 'request');
    case 'status':
      return sendStatus(response, fault);
    case 'redirect':
      return send(response, fault.status ?? 302, { location: fault.to }, '');
    case 'wrong-type':
      return send(response, 200, { 'content-type': fault.type ?? 'text/html' }, PORTAL);
    case 'bomb':
      return sendBomb(response, fault.bytes ?? BOMB_BYTES);
    case 'not-modified':
      return send(response, 304, {}, '');
  }
}

/** A good answer, or a bad one that is at least whole. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): number {
  const length =
    status === 304 || status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...length, ...headers }).end(body);
  return status;
}

function sendStatus(
  response: ServerResponse,
  fault: Extract<RequestFault, { kind: 'status' }>,
): number {
  const { status, retryAfter, headers, body = `${status} ${STATUS_CODES[status] ?? ''}` } = fault;
  const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return send(response, status, { 'content-type': 'text/plain', ...wait, ...headers }, body);
}

function reset(response: ServerResponse): undefined {
  const socket = response.socket;
  if (socket && 'encrypted' in socket) socket.destroy();
  else socket?.resetAndDestroy();
}

function writeHead(response: ServerResponse, served: Served): number {
  response.writeHead(200, { 'content-length': served.bytes.length, ...served.headers });
  response.flushHeaders();
  return 200;
}

function sendHalf(response: ServerResponse, served: Served, then: () => void): number {
  writeHead(response, served);
  response.write(served.bytes.subarray(0, Math.floor(served.bytes.length / 2)), then);
  return 200;
}

function hang(
  response: ServerResponse,
  served: Served,
  after: 'request' | 'headers' | 'half',
): number | undefined {
  if (after === 'request') return undefined;
  return after === 'headers'
    ? writeHead(response, served)
    : sendHalf(response, served, () => undefined);
}

function drip(response: ServerResponse, served: Served, everyMs: number): number {
  let sent = 0;
  // oxlint-disable-next-line no-restricted-globals -- a slow server takes real time
  const timer = setInterval(() => {
    response.write(served.bytes.subarray(sent, sent + 1));
    sent += 1;
    if (sent >= served.bytes.length) response.end();
  }, everyMs);
  timer.unref();
  response.once('close', () => clearInterval(timer));
  return writeHead(response, served);
}

async function sendBomb(response: ServerResponse, bytes: number): Promise<number> {
  const json = Buffer.alloc(bytes, ' ');
  json.write('{}');
  const params = { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const body = await compress(json, { params });
  return send(
    response,
    200,
    { 'content-type': 'application/json', 'content-encoding': 'br' },
    body,
  );
}
