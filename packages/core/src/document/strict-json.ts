import { HoldfastError, messageOf } from '../errors.ts';
import type { JsonValue } from '../ports/json.ts';
import { copyJson } from './copy-json.ts';
import { seal, type SealLimits } from './seal.ts';

/**
 * A frozen copy of a JSON value, as strict as the engine is with every document: for code that looks into one before the
 * engine does.
 *
 * @throws {HoldfastError} `DECODE_FAILED` for what is no JSON, `LIMIT_EXCEEDED` for too many levels or keys and for
 * forbidden keys, naming the path.
 */
export function strictJson(value: unknown, limits: SealLimits): JsonValue {
  const copy = copyJson(value, limits.maxKeys);
  try {
    return seal(copy, undefined, limits);
  } catch (fault) {
    const { cause } = fault as Error;
    throw new HoldfastError('LIMIT_EXCEEDED', messageOf(fault), { cause });
  }
}
