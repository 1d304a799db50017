import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Path } from '../document/path.ts';
import { formatPath, getAt, isTree } from '../lazy-base.ts';

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

function describeIssue(issue: StandardSchemaV1.Issue, document: unknown): string {
  const path: Path = (issue.path ?? []).map((part) => {
    const key = typeof part === 'object' ? part.key : part;
    return typeof key === 'symbol' ? String(key) : key;
  });
  return `${formatPath(path)}: ${safeMessage(issue, getAt(document, path), document)}`;
}

/** A text elsewhere in the document that is shorter is no secret, and too likely to be in a message by chance. */
const SHORTEST_SECRET = 6;

/** The validator's message, unless it quotes the document, which may hold secrets; then what was expected, or its code. */
function safeMessage(issue: StandardSchemaV1.Issue, value: unknown, document: unknown): string {
  const quotesSome = (text: string): boolean =>
    quotes(text, value, 1) || quotes(text, document, SHORTEST_SECRET);
  if (!quotesSome(issue.message)) return issue.message;
  const { expected, code, type } = issue as { expected?: unknown; code?: unknown; type?: unknown };
  const kind = code ?? type;
  if (typeof expected === 'string' && !quotesSome(expected)) return `expected ${expected}`;
  return typeof kind === 'string' && !quotesSome(kind) ? kind : 'is not valid';
}

function quotes(message: string, value: unknown, shortest: number): boolean {
  if (isTree(value)) return Object.values(value).some((item) => quotes(message, item, shortest));
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value);
  if (text.length < shortest) return false;
  // validators quote as JSON does, too
  return message.includes(text) || message.includes(JSON.stringify(text).slice(1, -1));
}
