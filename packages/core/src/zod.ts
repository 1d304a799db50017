import type { output, ZodPipe, ZodTransform, ZodType } from 'zod';
import { Secret } from './document/secret.ts';
import { OptionCheck } from './options/check.ts';
import { FIELD_READER, type FieldRule } from './options/fields.ts';
import { fieldsOf, isZod, ruledDef } from './options/zod-fields.ts';

/**
 * Makes a field a secret: its value is a `Secret`, which shows `[secret]` everywhere and gives the value by `reveal()`;
 * no error, event, diff or log line of Holdfast shows it either, and the cache keeps it encrypted or not at all.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS` for what is no schema of zod.
 */
export function secret<S extends ZodType>(
  schema: S,
): ZodPipe<S, ZodTransform<Secret<output<S>>, output<S>>> {
  check(schema, 'secret()');
  const hidden = schema.transform((value) => new Secret(value));
  return ruled(hidden, 'secrets') as ZodPipe<S, ZodTransform<Secret<output<S>>, output<S>>>;
}

/**
 * Marks a field that may change at a restart alone: a change there is kept back, and the rest of the document applies.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS` for what is no schema of zod.
 */
export function restartOnly<S extends ZodType>(schema: S): S {
  check(schema, 'restartOnly()');
  return ruled(schema, 'restartOnly');
}

/**
 * Marks a field that may change while the process runs; all that is not marked may change at a restart alone.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS` for what is no schema of zod.
 */
export function dynamicOnly<S extends ZodType>(schema: S): S {
  check(schema, 'dynamicOnly()');
  return ruled(schema, 'dynamicOnly');
}

function check(schema: unknown, owner: string): void {
  if (isZod(schema) && 'transform' in schema) return;
  throw new OptionCheck(owner).fail(
    'schema',
    'a schema of zod 4 (not of zod/mini)',
    Object(schema),
  );
}

/** A copy, since the schema may be in use elsewhere. */
function ruled<S extends ZodType>(schema: S, rule: FieldRule): S {
  // from now on there is something to read; to import this file alone does nothing
  Reflect.set(globalThis, FIELD_READER, fieldsOf);
  return schema.clone(ruledDef(schema as never, rule) as never, { parent: true });
}
