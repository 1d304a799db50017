import { isDeepStrictEqual } from 'node:util';
import type { FuzzCase } from './case.ts';
import type { PollReport, Report } from './order.ts';
import type { Played } from './origin.ts';
import { type StrictAnswer, readAnswer, valuesOf } from './strict-answer.ts';
import { documentIn, lenientDocumentIn } from './strict-document.ts';

/** Holds what the SDK told of a case against what was played to it. */
export function judge(fuzzCase: FuzzCase, report: Report, played: readonly Played[]): string[] {
  const findings: string[] = [...report.findings];
  let inForce: unknown;
  for (const poll of report.polls) {
    // a second try is the most that a poll may make of it
    if (poll.loads.length > 2) findings.push(`${poll.loads.length} loads in one poll`);
    const asked = played.filter(({ load }) => poll.loads.includes(load));
    if (asked.length > mostRequests(fuzzCase, poll, asked))
      findings.push(`${asked.length} requests in one poll`);
    const problem = judgePoll(fuzzCase, poll, { last: asked.at(-1), inForce });
    if (problem) findings.push(`poll ${report.polls.indexOf(poll) + 1}: ${problem}`);
    inForce = poll.document;
  }
  return findings;
}

interface Facts {
  /** The request whose answer decided. Undefined where none reached the origin. */
  readonly last: Played | undefined;
  /** What the engine held before. */
  readonly inForce: unknown;
}

function judgePoll(
  fuzzCase: FuzzCase,
  poll: PollReport,
  { last, inForce }: Facts,
): string | undefined {
  const { kind, document, message } = poll;
  const answer = last && readAnswer(last.bytes, last.ending);
  if (kind === 'failed' || kind === 'refused') {
    if (!isDeepStrictEqual(document, inForce)) return `another document after "${kind}"`;
    return answer && mustBeTaken(fuzzCase, poll, { answer, last })
      ? `what is right was ${kind}: ${message}`
      : undefined;
  }
  if (!answer) return `${kind} without an answer`;
  if (kind === 'unchanged' && isNotModified(answer, last)) return undefined;
  if (fuzzCase.loader === 'fetch' && isLeftToThePlatform(answer, last)) return undefined;
  const read = [
    documentIn(answer),
    ...(fuzzCase.loader === 'fetch' ? [lenientDocumentIn(answer)] : []),
  ];
  const candidates = read.filter((one) => one !== undefined);
  if (candidates.length === 0) return `${kind}, but a strict reading refuses it: ${whyNot(answer)}`;
  const same = candidates.some((one) => isDeepStrictEqual(one, document));
  return same ? undefined : `${kind}, but a strict reading gives another document`;
}

/** One a load, and as many more as redirects are followed. */
function mostRequests(
  { follow, loader }: FuzzCase,
  poll: PollReport,
  asked: readonly Played[],
): number {
  // fetch asks once more after a 421: so the standard wants it
  const again = loader === 'fetch' ? asked.filter(({ bytes }) => bytes.includes(' 421')).length : 0;
  return (follow ? 6 : 1) * poll.loads.length + again;
}

/**
 * The form of an answer is the platform's business (docs/fetch-loader.md, F2 and F16), and a compressed body ends where its
 * decoder says so. That any other body is whole is ours.
 */
function isLeftToThePlatform(answer: StrictAnswer, { bytes }: Played): boolean {
  return (
    answer.kind === 'broken' &&
    (!answer.cut || /^content-encoding:/im.test(bytes.toString('latin1', 0, 20_000)))
  );
}

function isNotModified(answer: StrictAnswer, { conditional }: Played): boolean {
  return answer.kind === 'whole' && answer.status === 304 && conditional;
}

function whyNot(answer: StrictAnswer): string {
  return answer.kind === 'broken'
    ? answer.why
    : `status ${answer.status}, or its body is no document`;
}

/** Answers that nobody changed are understood; but for what loaders and engine refuse on purpose. */
function mustBeTaken(
  { recipes }: FuzzCase,
  { message, code }: PollReport,
  { answer, last }: { readonly answer: StrictAnswer; readonly last: Played },
): boolean {
  const recipe = recipes[last.index];
  if (!last.first || recipe?.mutations.length || documentIn(answer) === undefined) return false;
  if (answer.kind === 'broken' || code === 'LIMIT_EXCEEDED') return false;
  // a busy machine; an idle connection that the origin closed; a 100 that nobody asked for (docs/faults.md, H17)
  if (/deadlineMs|connection lost|bad response/.test(message)) return false;
  const isPage = valuesOf(answer.fields, 'content-type').includes('text/html');
  return !isPage && valuesOf(answer.fields, 'content-encoding').length < 2;
}
