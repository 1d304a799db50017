import { createHash } from 'node:crypto';

/** Opcodes of RFC 6455 §5.2. */
export const OPCODES = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The answer to the key of a handshake (RFC 6455 §4.2.2). */
export function acceptFor(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** A frame as a server sends it: whole, and not masked. */
export function frame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload]);
  const head = Buffer.alloc(10);
  head[0] = 0x80 | opcode;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** Payload of the frames that a client sent, all of them short; what is not a whole one yet stays. */
export function readFrames(bytes: Buffer): {
  readonly frames: readonly { readonly opcode: number; readonly payload: Buffer }[];
  readonly rest: Buffer;
} {
  const frames = [];
  let rest = bytes;
  for (;;) {
    const short = (rest[1] ?? 0) & 0x7f;
    const at = short === 126 ? 4 : 2;
    const length = short === 126 && rest.length >= 4 ? rest.readUInt16BE(2) : short;
    const end = at + 4 + length;
    if (rest.length < 2 || rest.length < end) return { frames, rest };
    const mask = rest.subarray(at, at + 4);
    const payload = Buffer.from(rest.subarray(at + 4, end).map((byte, i) => byte ^ mask[i % 4]!));
    frames.push({ opcode: rest[0]! & 0x0f, payload });
    rest = rest.subarray(end);
  }
}
