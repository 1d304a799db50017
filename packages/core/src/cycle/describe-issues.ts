import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Path } from '../document/path.ts';
import { formatPath, getAt, isTree, messageOf } from '../lazy-base.ts';

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
  return `${formatPath(path)}: ${safeMessage(issue, getAt(document, path))}`;
}

/** The validator's message, unless it quotes the value, which may be a secret; then what was expected, or its code. */
function safeMessage(issue: StandardSchemaV1.Issue, value: unknown): string {
  if (!quotes(issue.message, value)) return issue.message;
  const { expected, code, type } = issue as { expected?: unknown; code?: unknown; type?: unknown };
  const said = typeof expected === 'string' ? `expected ${expected}` : messageOf(code ?? type);
  return quotes(said, value) ? 'is not valid' : said;
}

function quotes(message: string, value: unknown): boolean {
  if (isTree(value)) return Object.values(value).some((item) => quotes(message, item));
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text !== '' && message.includes(text);
}
