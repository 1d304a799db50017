import { createHash } from 'node:crypto';

/** A record that shows whether it is whole: its number, filling of a length that depends on it, and a hash over both. */
export function numbered(number: number): string {
  const text = `${number}:${'x'.repeat((number * 7_919) % 20_000)}`;
  return `${text}:${hashOf(text)}`;
}

/** The number of a record made by {@link numbered}; undefined when anything of it is missing. */
export function numberOf(bytes: Uint8Array): number | undefined {
  const [, text = '', hash] = /^(.*):([0-9a-f]{64})$/s.exec(Buffer.from(bytes).toString()) ?? [];
  return hash === hashOf(text) ? Number.parseInt(text, 10) : undefined;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
