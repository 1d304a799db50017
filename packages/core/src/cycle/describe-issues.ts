import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Path } from '../document/path.ts';
import { formatPath, getAt, isTree, kindOf } from '../lazy-base.ts';

/** More issues than these help nobody. */
const ISSUES_SHOWN = 5;

/** What a schema found wrong with a document, for an error message. Nothing of the document is quoted. */
export function describeIssues(
  issues: readonly StandardSchemaV1.Issue[],
  document: unknown,
): string {
  const shown = issues.slice(0, ISSUES_SHOWN).map((issue) => describeIssue(issue, document));
  const more = issues.length - shown.length;
  return `does not fit the schema: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** Without a schema only an object is a value. */
export function describeTop(document: unknown): string {
  return `must be an object at the top, but is ${kindOf(document)} (a schema can allow it)`;
}

/** Of what it threw, the kind alone. */
export function describeThrown(thrown: unknown): string {
  const what = thrown instanceof Error ? thrown.constructor.name : typeof thrown;
  return `could not be checked: the schema threw (${what})`;
}

/** Neither a value nor issues. */
export function describeNoResult(): string {
  return 'could not be checked: the schema gave no result';
}

function describeIssue(issue: StandardSchemaV1.Issue, document: unknown): string {
  const path: Path = (issue.path ?? []).map((part) => {
    const key = typeof part === 'object' ? part.key : part;
    return typeof key === 'symbol' ? String(key) : key;
  });
  return `${formatPath(path)}: ${safeMessage(issue, getAt(document, path), document)}`;
}

/** So many characters that a message shares with a text of the document are no chance. */
const WINDOW = 6;

/** The validator's message, unless it quotes the document, which may hold secrets; then what was expected, or its code. */
function safeMessage(issue: StandardSchemaV1.Issue, value: unknown, document: unknown): string {
  const isSafe = (text: unknown): text is string =>
    typeof text === 'string' && !names(text, value) && !sharesText(text.toLowerCase(), document);
  if (isSafe(issue.message)) return issue.message;
  const { expected, code, type } = issue as { expected?: unknown; code?: unknown; type?: unknown };
  if (isSafe(expected)) return `expected ${expected}`;
  const kind = code ?? type;
  return isSafe(kind) ? kind : 'is not valid';
}

/** Whether the message has the value itself in it, however short that is. */
function names(message: string, value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value);
  // validators quote as JSON does, too
  const quoted = JSON.stringify(text).slice(1, -1);
  return text !== '' && (message.includes(text) || message.includes(quoted));
}

/** Whether the message has a part of any text of the document in it: a schema may have cut, trimmed or raised it. */
function sharesText(message: string, value: unknown): boolean {
  if (isTree(value)) return Object.values(value).some((item) => sharesText(message, item));
  if (typeof value !== 'string') return false;
  // by windows of the message, which is short, while the text may be long
  const text = value.toLowerCase();
  for (let at = 0; at + WINDOW <= message.length; at++) {
    if (text.includes(message.slice(at, at + WINDOW))) return true;
  }
  return false;
}
