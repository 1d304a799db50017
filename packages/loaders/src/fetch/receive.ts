import { LoadError, type LoadErrorOptions } from '@holdfast/core';
import { type Fields, fieldOf } from '../http/fields.ts';
import { Reception } from '../http/reception.ts';
import type { Answer, Inquiry } from '../http/transport.ts';
import type { EncodingPolicy } from './encodings.ts';

/**
 * Reads the answer to a request.
 *
 * @throws {LoadError} when it may not be read, leads elsewhere, or is a document that is too long.
 */
export async function receive(
  response: Response,
  inquiry: Inquiry,
  encodings: EncodingPolicy,
): Promise<Answer> {
  refuseUnreadable(response, inquiry);
  const { status, headers, body } = response;
  const fields: Fields = Object.fromEntries(headers);
  if (status === 304 || body === null) return { status, fields, body: undefined };
  const { maxBytes, maxWireBytes } = inquiry.limits;
  const keep = status === 200;
  const oddity = oddityOf(fields, encodings);
  if (oddity && keep)
    throw fail(inquiry, [`status 200, but ${oddity}`, { failure: 'body', status }]);
  if (oddity) {
    // its status says enough, and to read on may be to inflate a bomb
    body.cancel().catch(() => {});
    return { status, fields, body: undefined };
  }
  const declared = lengthOf(fields);
  if (keep && declared !== undefined && declared > maxWireBytes) {
    throw fail(inquiry, tooLong('body', `${maxWireBytes} bytes on the wire (limits.maxWireBytes)`));
  }
  // the length on the wire is a hint only: what is read here is decoded already
  const room = declared !== undefined && declared <= maxBytes ? declared : undefined;
  const reception = new Reception(keep, room, maxBytes);
  const whole = await readInto(reception, body);
  if (keep && !whole)
    throw fail(inquiry, tooLong('document', `${maxBytes} bytes (limits.maxBytes)`));
  return { status, fields, body: reception.take() };
}

/** Reads a body to its end; false when it gets too long, and what is left is not wanted. */
async function readInto(
  reception: Reception,
  body: NonNullable<Response['body']>,
): Promise<boolean> {
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    if (reception.add(value)) continue;
    // not waited for: the connection may be stuck
    reader.cancel().catch(() => {});
    return false;
  }
}

function refuseUnreadable({ type, status, redirected }: Response, inquiry: Inquiry): void {
  if (type === 'opaqueredirect') {
    const what = 'a redirect, which this platform hides: give the URL that it leads to';
    throw fail(inquiry, [what, { failure: 'status' }]);
  }
  if (redirected) {
    const what = 'after a redirect that was followed: the fetch function has to pass `redirect` on';
    throw fail(inquiry, [what, { failure: 'status', status }]);
  }
  if (status === 0) {
    throw fail(inquiry, ['what this platform lets nobody read', { failure: 'status' }]);
  }
}

/** What is wrong with a body by its fields, though the platform let it pass. */
function oddityOf(fields: Fields, encodings: EncodingPolicy): string | undefined {
  if (!encodings.takes(fieldOf(fields, 'content-encoding') ?? ''))
    return 'the body has a Content-Encoding that was not asked for';
  // both at once is how answers are smuggled (RFC 9112 §6.3); Bun and Deno take it
  if ('content-length' in fields && 'transfer-encoding' in fields)
    return 'the body has both a Content-Length and a Transfer-Encoding';
  return undefined;
}

type Fault = readonly [what: string, options: LoadErrorOptions];

function tooLong(what: string, than: string): Fault {
  return [`status 200, but the ${what} is longer than ${than}`, { failure: 'body', status: 200 }];
}

function fail({ loader, target }: Inquiry, [what, options]: Fault): LoadError {
  return new LoadError(`Cannot load ${loader}: ${target.hostPort} answered ${what}`, options);
}

function lengthOf(fields: Fields): number | undefined {
  const told = fields['content-length'];
  return typeof told === 'string' && /^\d+$/.test(told) ? Number(told) : undefined;
}
