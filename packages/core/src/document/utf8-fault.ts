/** Where bytes stop being UTF-8, for an error message. It runs only after a refusal, and quotes nothing. */
export function describeUtf8Fault(bytes: Uint8Array): string {
  const where = `the first invalid byte follows character ${validStart(bytes)}`;
  return `is not valid UTF-8 (RFC 3629): ${where}${startOf(bytes)}`;
}

/** How many characters come before the first invalid byte. */
function validStart(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  let characters = 0;
  while (valid < invalid) {
    const middle = (valid + invalid + 1) >> 1;
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true });
      characters = decoder.decode(bytes.subarray(0, middle), { stream: true }).length;
      valid = middle;
    } catch {
      invalid = middle - 1;
    }
  }
  return characters;
}

function startOf(bytes: Uint8Array): string {
  const utf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return utf16 ? '; it begins like UTF-16' : '';
}
