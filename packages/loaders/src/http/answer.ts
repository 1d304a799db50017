import {
  type Evidence,
  type Hints,
  LoadError,
  type LoadErrorOptions,
  type LoadRequest,
  type LoadResult,
  type Retry,
} from '@holdfast/core';
import { printable } from '../internal/printable.ts';
import { type Answer, BodyFault, type Decode } from './transport.ts';
import { type Fields, fieldOf, onlyField } from './fields.ts';
import { hintsOf, isYoung } from './hints.ts';
import { parseRetryAfter } from './retry-after.ts';
import { SLOW_STATUSES } from './slow-statuses.ts';
import type { Target } from './target.ts';
import { validatorOf } from './validator.ts';

/** What an answer is judged by. */
interface Question {
  readonly loader: string;
  readonly target: Target;
  /** Whether the request said which document we have. */
  readonly conditional: boolean;
  readonly request: LoadRequest;
  /** Further headers that are kept with the document, in lower case. */
  readonly keepHeaders: readonly string[];
  /** For a body that is still as it was on the wire. */
  readonly decode?: Decode | undefined;
}

/** What integrity checks read; anything else, cookies above all, is none of the document's business. */
const EVIDENCE = [
  'content-type',
  'content-encoding',
  'content-digest',
  'repr-digest',
  'signature',
  'signature-input',
  'date',
  'last-modified',
  'etag',
];

/** What to check, where the answer does not say it. */
const ADVICE: Readonly<Record<number, string>> = {
  401: ' (no credential, or none that is good: see bearerToken, headers.authorization)',
  403: ' (the credential, if any, does not allow it)',
};

const HTML = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;
const HTML_BEGIN = /^<(?:!doctype html|html|head|body)\b/i;

/**
 * What an answer means, at once where there is no body to decode. A 304 is about the known document whatever tag it bears.
 *
 * @throws {LoadError} for every answer that is neither a document, nor "unchanged", nor "not there".
 */
export function readAnswer(answer: Answer, question: Question): LoadResult | Promise<LoadResult> {
  const { status, fields } = answer;
  if (status === 304 && question.conditional) return { kind: 'unchanged', hints: hintsOf(fields) };
  if (status === 404 || status === 410) return { kind: 'absent', status };
  if (status === 200) return readDocument(answer, question);
  throw refusal(status, fields, question);
}

async function readDocument(answer: Answer, question: Question): Promise<LoadResult> {
  const { fields } = answer;
  const raw = await decode(answer, question);
  if (raw.length === 0) throw bodyError(question, 'the document is empty');
  refuseHtml(raw, fields, question);
  return {
    kind: 'loaded',
    raw,
    validator: validatorOf(fields, question.target),
    hints: documentHints(fields),
    evidence: evidenceOf(fields, question),
  };
}

async function decode({ body, fields }: Answer, question: Question): Promise<Uint8Array> {
  refuseTransferCodings(fields, question);
  if (!body?.length) throw bodyError(question, 'the body is empty');
  if (!question.decode) return body;
  try {
    const encoding = fieldOf(fields, 'content-encoding');
    return await question.decode(body, encoding, question.request.limits.maxBytes);
  } catch (error) {
    if (error instanceof BodyFault) throw bodyError(question, error.message);
    throw error;
  }
}

/** Parsers undo the last one and pass over the others: what is left could be taken for a document. */
function refuseTransferCodings(fields: Fields, question: Question): void {
  const coding = fieldOf(fields, 'transfer-encoding') ?? 'chunked';
  if (coding.toLowerCase() === 'chunked') return;
  throw bodyError(question, 'the body has a Transfer-Encoding that is not just "chunked"');
}

/** Hotel and airport networks answer everything with a page to log in, whatever they call it. */
function refuseHtml(raw: Uint8Array, fields: Fields, question: Question): void {
  const [type = ''] = (fieldOf(fields, 'content-type') ?? '').split(';', 1);
  const begin = new TextDecoder().decode(raw.subarray(0, 256)).trimStart();
  if (!HTML.test(type) && !HTML_BEGIN.test(begin)) return;
  const words = quotable(begin);
  const quote = words === '' ? '' : `, which begins with "${words}"`;
  throw bodyError(question, `its body is ${shownType(type)}${quote}`);
}

/** Only what has the form of a type: broken origins echo what they were asked with there, too. */
function shownType(type: string): string {
  const [shown = 'of no type'] = /^[a-z]+\/[a-z.+-]+/i.exec(type.trim()) ?? [];
  return printable(shown);
}

/**
 * The words that a page begins with, up to where a value could stand: pages echo what they were asked with, and JSON
 * that is only labelled wrong may hold secrets.
 */
function quotable(text: string): string {
  const [words] = /^[a-z\s<>!/.,;-]*/i.exec(text)!;
  return printable(words.trimEnd());
}

function documentHints(fields: Fields): Hints | undefined {
  const hints = hintsOf(fields);
  return isYoung(fields) ? { ...hints, young: true } : hints;
}

function evidenceOf(fields: Fields, { target, keepHeaders }: Question): Evidence {
  const headers: Record<string, string> = {};
  for (const name of [...EVIDENCE, ...keepHeaders]) {
    const value = fieldOf(fields, name);
    if (value !== undefined) headers[name] = value;
  }
  return { url: target.shown, status: 200, headers };
}

function refusal(status: number, fields: Fields, question: Question): LoadError {
  if (status === 304) {
    return fail(question, '304 without a stored document', { status, retry: 'now' });
  }
  const retry: Retry = SLOW_STATUSES.has(status) ? 'slow' : 'backoff';
  const now = question.request.time.now();
  const retryAfterMs = parseRetryAfter(onlyField(fields, 'retry-after'), now);
  return fail(question, `status ${status}${ADVICE[status] ?? ''}`, { status, retry, retryAfterMs });
}

function bodyError(question: Question, what: string): LoadError {
  return fail(question, `status 200, but ${what}`, { failure: 'body', status: 200 });
}

function fail({ loader, target }: Question, what: string, options: LoadErrorOptions): LoadError {
  const message = `Cannot load ${loader}: ${target.hostPort} answered ${what}`;
  return new LoadError(message, { failure: 'status', ...options });
}
