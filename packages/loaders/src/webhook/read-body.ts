import { ByteSink } from '../http/byte-sink.ts';

/** The bytes of a body, read no further than `maxBytes`, and no longer than until the signal aborts; or why not. */
export async function readBody(
  request: Request,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | 'long' | 'late' | 'broken'> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return 'long';
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  // ends a read that is under way, too
  const cancel = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', cancel);
  try {
    const body = new ByteSink(undefined);
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (body.length + next.value.length > maxBytes) return 'long';
      body.add(next.value);
    }
    return signal.aborted ? 'late' : body.take();
  } catch {
    return 'broken';
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}
