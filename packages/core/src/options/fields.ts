import type { Path } from '../document/path.ts';
import type { OptionCheck } from './check.ts';

/** Fields that have rules of their own, by option or by schema; `*` is any key or index. */
export interface FieldRules {
  /** What is there is shown to nobody. */
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

/** Gives the fields that a schema marks. */
type FieldReader = (schema: unknown) => FieldRules;

/**
 * Where `@holdfast/core/zod` puts what reads the fields of a schema, once one was marked: of any copy of this package,
 * and without core having to know zod.
 */
export const FIELD_READER: unique symbol = Symbol.for('holdfast.field-reader') as never;

/** The fields that options and schema name. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveFields(
  options: FieldOptions & { readonly schema?: unknown },
  check: OptionCheck,
): FieldRules {
  const { [FIELD_READER]: read } = globalThis as { [FIELD_READER]?: FieldReader };
  const marked = read?.(options.schema);
  const both = (rule: FieldRule): readonly Path[] => {
    const named = check.paths(rule, options[rule]);
    return marked ? [...named, ...marked[rule]] : named;
  };
  const dynamicOnly = both('dynamicOnly');
  // nothing at all would be dynamic, or everything: nobody could tell
  if (options.dynamicOnly && dynamicOnly.length === 0)
    throw check.fail('dynamicOnly', 'a list of at least one path', options.dynamicOnly);
  return { secrets: both('secrets'), restartOnly: both('restartOnly'), dynamicOnly };
}
