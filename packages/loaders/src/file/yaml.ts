import type * as Yaml from 'yaml';
import type { Alias, CST, Document, Node, Scalar, YAMLMap } from 'yaml';
import { missingPeer } from '../internal/missing-peer.ts';
import { fault, type Position } from './fault.ts';

/** The library; most users do without. */
export async function yaml(): Promise<typeof Yaml> {
  try {
    return await import('yaml');
  } catch (error) {
    throw missingPeer('yaml', error);
  }
}

/** Aliases that a document may have, and for how many each of them may stand: beyond that it is a bomb. */
const MAX_ALIASES = 100;

/**
 * Collections within one another. The library takes the stack for each of them, and where the stack ends within one of its
 * regular expressions, V8 ends the process.
 */
const MAX_NESTED = 256;

/** What the library's codes mean, where their own words say it badly. */
const WORDS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'a wrong indent, or a bracket or brace above it that is not closed',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping within a line, or a wrong indent',
  MISSING_CHAR: 'something is not closed',
  NON_STRING_KEY: 'a key that is no text',
  RESOURCE_EXHAUSTION: 'nested too deep',
  TAG_RESOLVE_FAILED: 'a tag that is not of the core schema',
};

type FaultAt = (what: string, index: number | undefined) => Error;

/**
 * YAML 1.2 with its core schema, one document: timestamps are texts, `yes` is a text, and other tags than those of the
 * core schema, merge keys (`<<`), keys that are no texts and keys that are there twice are refused.
 */
export async function parseYaml(text: string): Promise<unknown> {
  const library = await yaml();
  const lines = new library.LineCounter();
  const faultAt: FaultAt = (what, index) => fault('YAML', what, positionIn(lines, index));
  const composer = new library.Composer({
    schema: 'core',
    stringKeys: true,
    uniqueKeys: false, // it compares each key with all before it: checkNodes() does it
    resolveKnownTags: false,
    intAsBigInt: true, // for checkNodes(), which tells where one is too large
    logLevel: 'error', // prints nothing
  });
  const tokens = tokensOf(library, text, { lines, faultAt });
  const [first, second] = composer.compose(tokens, true, text.length);
  const document = first!; // there is one, of an empty text too
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw faultAt(wordsOf(problem.code), problem.pos[0]);
  if (second) throw faultAt('more than one document', second.range[0]);
  checkNodes(library, document, faultAt);
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw faultAt('aliases that stand for too much', firstAlias(library, document));
  }
}

interface Reports {
  readonly lines: Yaml.LineCounter;
  readonly faultAt: FaultAt;
}

/** As the library reads a text by itself, which knows no limit. */
function* tokensOf(
  { Lexer, Parser }: typeof Yaml,
  text: string,
  { lines, faultAt }: Reports,
): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_NESTED)
      throw faultAt('nested too deep', parser.stack.at(-1)?.offset);
  }
  yield* parser.end();
}

function positionIn(lines: Yaml.LineCounter, index: number | undefined): Position | undefined {
  if (index === undefined) return undefined;
  const { line, col } = lines.linePos(index);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function wordsOf(code: string): string {
  return WORDS[code] ?? code.toLowerCase().replaceAll('_', ' ');
}

/**
 * Refuses, before any value is made of them, aliases that cannot be right, merge keys, keys that are there twice, and
 * integers that a double does not keep.
 */
function checkNodes(library: typeof Yaml, document: Document, faultAt: FaultAt): void {
  const anchors = new Set<string>();
  let aliases = 0;
  library.visit(document, {
    Alias(_, { source, range }, path) {
      const at = range?.[0];
      if (!anchors.has(source)) throw faultAt('an alias of no anchor', at);
      if (path.some((above) => anchorOf(above as Node) === source))
        throw faultAt('an alias of what it is in', at);
      aliases += 1;
      if (aliases > MAX_ALIASES) throw faultAt(`more than ${MAX_ALIASES} aliases`, at);
    },
    Pair(_, { key }) {
      if (library.isScalar(key) && key.value === '<<' && key.type === 'PLAIN')
        throw faultAt('a merge key (<<), which YAML 1.2 does not have', key.range?.[0]);
    },
    Value(_, node) {
      const anchor = anchorOf(node);
      if (anchor !== undefined) anchors.add(anchor);
      if (library.isMap<Scalar>(node)) checkUnique(node, faultAt);
      if (library.isScalar(node)) toDouble(node, faultAt);
    },
  });
}

function checkUnique({ items }: YAMLMap<Scalar>, faultAt: FaultAt): void {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (seen.has(key.value)) throw faultAt('duplicate key', key.range?.[0]);
    seen.add(key.value);
  }
}

function toDouble(node: Scalar, faultAt: FaultAt): void {
  if (typeof node.value !== 'bigint') return;
  const value = Number(node.value);
  if (!Number.isSafeInteger(value)) throw faultAt('an integer beyond 2^53', node.range?.[0]);
  node.value = value;
}

function anchorOf(node: Node): string | undefined {
  return (node as { readonly anchor?: string }).anchor;
}

function firstAlias(library: typeof Yaml, document: Document): number | undefined {
  let first: Alias | undefined;
  library.visit(document, {
    Alias(_, alias) {
      first = alias;
      return library.visit.BREAK;
    },
  });
  return first?.range?.[0];
}
