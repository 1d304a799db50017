import { connect } from 'node:net';

/** What {@link raw} can be told. */
export interface RawOptions {
  readonly leaveAfterMs?: number;
  readonly encoding?: BufferEncoding;
}

/** A GET over a bare socket: what came, byte for byte, and how it ended. */
export function raw(
  port: number,
  path: string,
  { leaveAfterMs, encoding = 'utf8' }: RawOptions = {},
): Promise<{ head: string; body: string; end: string; chunks: number }> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    const done = (end: string): void => {
      socket.destroy();
      const [head = '', body = ''] = Buffer.concat(chunks).toString(encoding).split('\r\n\r\n', 2);
      resolve({ head, body, end, chunks: chunks.length });
    };
    socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => done('end'));
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'error'));
    if (leaveAfterMs !== undefined) socket.setTimeout(leaveAfterMs, () => done('left'));
  });
}
