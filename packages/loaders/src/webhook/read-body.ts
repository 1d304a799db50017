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
    const pieces: Uint8Array[] = [];
    let length = 0;
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > maxBytes) return 'long';
      pieces.push(next.value);
    }
    return signal.aborted ? 'late' : joined(pieces, length);
  } catch {
    return 'broken';
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return body;
}
