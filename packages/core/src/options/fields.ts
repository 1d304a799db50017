import { parsePath, type Path } from '../document/path.ts';
import type { OptionCheck } from './check.ts';

/** Fields that have rules of their own, by option or by schema. */
export interface FieldRules {
  /** What is there is shown to nobody; `*` is any key or index. */
  readonly secrets: readonly Path[];
  /** What may change at a restart alone. */
  readonly restartOnly: readonly Path[];
  /** Where there are any: all else may change at a restart alone. */
  readonly dynamicOnly: readonly Path[];
}

/** One of {@link FieldRules}. */
export type FieldRule = keyof FieldRules;

/** Fields as the options of a config name them. */
export type FieldOptions = { readonly [K in FieldRule]?: readonly (string | Path)[] };

/** Gives the fields that a schema marks. @throws {HoldfastError} `INVALID_OPTIONS` for marks that mean nothing */
export type FieldReader = (schema: unknown, check: OptionCheck) => FieldRules;

/**
 * Where `@holdfast/core/zod` puts what reads the fields of a schema, once one was marked: of any copy of this package,
 * and without core having to know zod.
 */
export const FIELD_READER: unique symbol = Symbol.for('holdfast.field-reader') as never;

const NOTHING: readonly Path[] = [];

/** The fields that options and schema name. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveFields(
  options: FieldOptions & { readonly schema?: unknown },
  check: OptionCheck,
): FieldRules {
  const { [FIELD_READER]: read } = globalThis as { [FIELD_READER]?: FieldReader };
  const marked = read?.(options.schema, check);
  const both = (rule: FieldRule): readonly Path[] => {
    const named = resolvePaths(rule, options[rule], check);
    return marked ? [...named, ...marked[rule]] : named;
  };
  return {
    secrets: both('secrets'),
    restartOnly: both('restartOnly'),
    dynamicOnly: both('dynamicOnly'),
  };
}

/** Dotted paths, or paths in array form. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolvePaths(option: string, paths: unknown, check: OptionCheck): readonly Path[] {
  if (paths === undefined) return NOTHING;
  if (!Array.isArray(paths) || !paths.every(isPath)) {
    throw check.fail(option, 'a list of paths, dotted or in array form', paths);
  }
  return paths.map(parsePath);
}

function isPath(path: unknown): path is string | Path {
  // the empty path would leave out everything
  if (typeof path === 'string') return path !== '';
  return Array.isArray(path) && path.length > 0 && path.every(isKey);
}

function isKey(key: unknown): boolean {
  return typeof key === 'string' || Number.isInteger(key);
}
