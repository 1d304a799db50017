import type { JsonValue } from '@holdfast/core';

/** The object in a text of somebody else; undefined when it is none. */
export function jsonObject(text: string): Readonly<Record<string, JsonValue>> | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, JsonValue>>) : undefined;
}
