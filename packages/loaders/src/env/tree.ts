import { formatPath, HoldfastError, type JsonValue } from '@holdfast/core';
import { coerce } from './coerce.ts';

/** A text that belongs at a path. */
export interface Entry {
  readonly path: readonly string[];
  readonly text: string;
  /** What people call it: the name of the variable; never its text. */
  readonly label: string;
  /** ` at line 3, column 5`, where it stands in a file. @default {''} */
  readonly place?: string;
}

/** How texts become values. */
export interface TreePolicy {
  /** Whether texts become numbers, booleans and the like. */
  readonly coerce: boolean;
  /** Paths, in dotted form, whose texts stay texts. */
  readonly texts: ReadonlySet<string>;
  /** How people say that an ambiguous text is meant as a text. */
  readonly asText: string;
}

interface Leaf {
  readonly label: string;
  readonly value: JsonValue;
  readonly place?: string | undefined;
}

type Branch = Map<string, Branch | Leaf>;

/** Parts that the name of anything may have. */
export const MAX_PARTS = 64;

/** Problems that are told of at once. */
const MAX_TOLD = 5;

/**
 * Makes one object of texts with paths. Nothing decides by order: what belongs at one place twice, or both at a place and
 * below it, is refused, and so is whatever is ambiguous.
 *
 * @throws {HoldfastError} `DECODE_FAILED`, naming the variables and none of their texts.
 */
export function treeOf(entries: readonly Entry[], policy: TreePolicy): JsonValue {
  const top: Branch = new Map();
  const problems: string[] = [];
  for (const entry of entries) {
    const problem = put(top, entry, policy);
    if (problem !== undefined)
      problems.push(`${entry.label.slice(0, 190)}${entry.place ?? ''} ${problem}`);
  }
  if (problems.length > 0) {
    const more = problems.length > MAX_TOLD ? `; and ${problems.length - MAX_TOLD} more` : '';
    const told = problems.slice(0, MAX_TOLD).join('; ');
    throw new HoldfastError('DECODE_FAILED', `cannot be read: ${told}${more}`);
  }
  return objectOf(top);
}

/** What is wrong with the entry, if anything. */
function put(
  top: Branch,
  { path, text, label, place }: Entry,
  policy: TreePolicy,
): string | undefined {
  if (path.length > MAX_PARTS) return `has more than ${MAX_PARTS} parts in its name`;
  if (path.some((key) => key === '')) return 'has an empty part in its name';
  const forbidden = path.find((key, i) => leadsToPrototype(key, path[i - 1]));
  if (forbidden !== undefined) return `has the forbidden part "${forbidden}" in its name`;
  const isText = !policy.coerce || policy.texts.has(formatPath(path));
  const read = isText ? ({ kind: 'value', value: text } as const) : coerce(text);
  if (read.kind === 'unset') return undefined;
  if (read.kind === 'ambiguous')
    return `is ambiguous: ${read.why} (to keep it a text, ${policy.asText})`;
  let branch = top;
  for (const key of path.slice(0, -1)) {
    const next = branch.get(key) ?? new Map<string, Branch | Leaf>();
    if (!(next instanceof Map)) return `lies below ${next.label}, which has a value itself`;
    branch.set(key, next);
    branch = next;
  }
  const last = path.at(-1)!;
  const there = branch.get(last);
  if (there instanceof Map) return `has a value, and there are variables below it`;
  if (there?.label === label && there.place) return `is there twice, first${there.place}`;
  if (there) return `means the same as ${there.label}`;
  branch.set(last, { label, value: read.value, place });
  return undefined;
}

function leadsToPrototype(key: string, above: string | undefined): boolean {
  return key === '__proto__' || (key === 'prototype' && above === 'constructor');
}

function objectOf(branch: Branch): JsonValue {
  const entries = [...branch].map(([key, node]) => [
    key,
    node instanceof Map ? objectOf(node) : node.value,
  ]);
  return Object.fromEntries(entries) as JsonValue;
}
