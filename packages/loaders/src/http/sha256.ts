const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;

/** Fractional parts of the roots of the first primes (FIPS 180-4 §4.2.2 and §5.3.3), computed where they are used. */
function constants(): { readonly start: readonly number[]; readonly rounds: readonly number[] } {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n += 1) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return {
    start: primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime))),
    rounds: primes.map((prime) => fraction(Math.cbrt(prime))),
  };
}

/**
 * SHA-256 of a text, as hex. Of our own, since WebCrypto is asynchronous and missing on pages without TLS; it names
 * resources and guards nothing.
 */
export function sha256(text: string): string {
  const { start, rounds } = constants();
  const view = padded(new TextEncoder().encode(text));
  let state = start;
  for (let at = 0; at < view.byteLength; at += 64) {
    const mixed = compress(state, scheduleOf(view, at), rounds);
    state = state.map((word, i) => (word + mixed[i]!) | 0);
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The message with a bit of 1 and its length behind it, filled up to whole blocks (§5.1.1). */
function padded(bytes: Uint8Array): DataView {
  const whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setBigUint64(whole.length - 8, BigInt(bytes.length) * 8n);
  return view;
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The 64 words that one block is spread to (§6.2.2, step 1). */
function scheduleOf(view: DataView, at: number): number[] {
  const words: number[] = [];
  for (let i = 0; i < 16; i += 1) words.push(view.getInt32(at + i * 4));
  for (let i = 16; i < 64; i += 1) {
    const [a, b] = [words[i - 15]!, words[i - 2]!];
    const small0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
    const small1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
    words.push((words[i - 16]! + small0 + words[i - 7]! + small1) | 0);
  }
  return words;
}

/** Steps 2 and 3 of §6.2.2. */
function compress(state: readonly number[], words: readonly number[], rounds: readonly number[]) {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i += 1) {
    const big1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + big1 + choice + rounds[i]! + words[i]!) | 0;
    const big0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [h, g, f, e] = [g, f, e, (d + first) | 0];
    [d, c, b, a] = [c, b, a, (first + big0 + majority) | 0];
  }
  return [a, b, c, d, e, f, g, h];
}
