import type { StandardSchemaV1 } from '@standard-schema/spec';
import { kindOfThrown } from '../document/kind-of-thrown.ts';
import type { Path } from '../document/path.ts';
import type { Objection } from '../document/validation.ts';
import { namesWhole, Quotable } from '../document/quotes.ts';
import { secretPart, toldFault } from '../document/redact.ts';
import { formatPath, getAt, kindOf } from '../lazy-base.ts';

/** More issues than these help nobody. */
const ISSUES_SHOWN = 5;
/** A message can name each key of a document: a longer one helps nobody, either. */
const LONGEST_MESSAGE = 1_000;

/** What the schema was given, and where it holds secrets. */
export interface Judged {
  readonly document: unknown;
  readonly secrets: readonly Path[];
}

/** The same, and what of the document messages about it may not say. */
interface Told extends Judged {
  readonly quotable: Quotable;
}

/** Something is wrong with a document, or with what the schema made of it. */
export type Trouble = Objection | { readonly kind: 'unservable'; readonly fault: unknown };

/** What to do about an output that is refused. */
const SERVABLE =
  'let it give what JSON has (a Date as its text or number, a Map or Set as an object or a list), bigint, URL or Secret';

/** What a schema has against a document, for an error message. Nothing of the document is quoted. */
export function describeObjection(objection: Trouble, judged: Judged): string {
  try {
    return describe(objection, judged);
  } catch (thrown) {
    // its issues are none
    return describe({ kind: 'threw', thrown }, judged);
  }
}

function describe(objection: Trouble, judged: Judged): string {
  switch (objection.kind) {
    case 'unservable':
      return `gives a value that cannot be served: the output of the schema ${toldFault(objection.fault, judged.secrets)}; ${SERVABLE}`;
    case 'issues':
      return describeIssues(objection.issues, judged);
    case 'no object':
      return `must be an object at the top, but is ${kindOf(judged.document)} (${hintFor(judged.document)}a schema can allow it)`;
    case 'no result':
      return 'could not be checked: the schema gave no result';
    case 'threw':
      // nothing else of it is said, nor kept as a cause
      return `could not be checked: the schema threw (${kindOfThrown(objection.thrown)})`;
  }
}

/** Whoever reads JSON as a text may have forgotten to parse it. */
function hintFor(document: unknown): string {
  return typeof document === 'string' && /^\s*[{[]/.test(document)
    ? 'of the text of JSON, give what JSON.parse() makes of it; '
    : '';
}

function describeIssues(issues: readonly StandardSchemaV1.Issue[], judged: Judged): string {
  const told = { ...judged, quotable: new Quotable(judged.document, judged.secrets) };
  const shown = issues.slice(0, ISSUES_SHOWN).map((issue) => describeIssue(issue, told));
  const more = issues.length - shown.length;
  return `does not fit the schema: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function describeIssue(issue: StandardSchemaV1.Issue, judged: Told): string {
  const path = pathOf(issue);
  const secret = secretPart(path, judged.secrets);
  if (secret === undefined) return `${formatPath(path)}: ${safeMessage(issue, path, judged)}`;
  // whatever the validator says
  const code = codeOf(issue);
  const isWord = isSafe(code, path, judged) && /^[a-z_-]+$/.test(code);
  const types = secret.length === path.length ? typesOf(issue, path, judged) : undefined;
  const told = [isWord && code, types].filter(Boolean).join(': ');
  return `${formatPath(secret)}: is not valid${told && ` (${told})`}`;
}

/** What the document has of JSON, as schemas call it. */
const TYPE = /^(?:string|number|int|boolean|object|array|record|null)$/;

/** That a value is of another type than the schema wants: the names of types are no secrets. */
function typesOf(issue: StandardSchemaV1.Issue, path: Path, judged: Told): string | undefined {
  const { expected } = issue as { expected?: unknown };
  const received = kindOf(getAt(judged.document, path)).replace(/^an? /, '');
  if (typeof expected !== 'string' || !TYPE.test(expected) || expected === received)
    return undefined;
  const text = `expected ${expected}, received ${received}`;
  return isSafe(text, path, judged) ? text : undefined;
}

/** Where it is. */
export function pathOf(issue: StandardSchemaV1.Issue): Path {
  return (issue.path ?? []).map((part) => {
    const key = typeof part === 'object' ? part.key : part;
    return typeof key === 'symbol' ? String(key) : key;
  });
}

/** What the library calls this kind of issue. */
function codeOf(issue: StandardSchemaV1.Issue): unknown {
  const { code, type } = issue as { code?: unknown; type?: unknown };
  return code ?? type;
}

/** The validator's message, unless it quotes the document, which may hold secrets, or is long; then what was expected, or its code. */
function safeMessage(issue: StandardSchemaV1.Issue, path: Path, judged: Told): string {
  if (isSafe(issue.message, path, judged)) return issue.message;
  const { expected } = issue as { expected?: unknown };
  if (isSafe(expected, path, judged)) return `expected ${expected}`;
  const allowed = allowedBy(issue as Rule);
  // it is the schema's own: that the document has some of it, too, is no quote
  const isShort = allowed !== undefined && allowed.length <= LONGEST_MESSAGE;
  if (isShort && !judged.quotable.hasSecretIn(allowed)) return `expected ${allowed}`;
  const code = codeOf(issue);
  return isSafe(code, path, judged) ? code : 'is not valid';
}

/** What an issue of zod says of its rule: the values that are allowed, or a bound. */
interface Rule {
  readonly values?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly inclusive?: unknown;
  readonly origin?: unknown;
}

function allowedBy({ values, minimum, maximum, inclusive, origin }: Rule): string | undefined {
  if (Array.isArray(values)) return values.map(spelled).join(' | ');
  const bound = minimum ?? maximum;
  if (typeof bound !== 'number' && typeof bound !== 'bigint') return undefined;
  const sign = `${minimum === undefined ? '<' : '>'}${inclusive === false ? '' : '='}`;
  const what = origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';
  return `${sign}${bound}${what}`;
}

function spelled(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function isSafe(text: unknown, path: Path, { document, quotable }: Told): text is string {
  return (
    typeof text === 'string' &&
    text.length <= LONGEST_MESSAGE &&
    !namesWhole(text, getAt(document, path)) &&
    !quotable.hasTextIn(text) &&
    // however short
    !quotable.hasSecretIn(text)
  );
}
