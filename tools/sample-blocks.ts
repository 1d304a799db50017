/** One program out of a page: a block and those that continue it. */
export interface Sample {
  /** Line of the page on which its first block opens. */
  readonly line: number;
  /** The code, each line on the line that it has in the page. */
  readonly code: string;
  /** Whether it is run, or only type-checked. */
  readonly runs: boolean;
}

interface Block {
  readonly line: number;
  readonly words: readonly string[];
  readonly code: readonly string[];
}

const OPENING = /^(?:```+|<!--\s*)(ts|typescript|tsx|js|javascript)\b(.*)$/;
const KNOWN: ReadonlySet<string> = new Set(['continues', 'no-run']);

/** The programs of a page. Throws where a block is marked as this project marks none. */
export function samplesOf(page: string): Sample[] {
  const samples: { line: number; lines: string[]; runs: boolean }[] = [];
  for (const { line, words, code } of blocksOf(page)) {
    const continues = words.includes('continues');
    const last = samples.at(-1);
    if (continues && last === undefined)
      throw new Error(`line ${line}: no block before it to continue`);
    const sample = continues ? last! : { line, lines: [], runs: true };
    if (!continues) samples.push(sample);
    if (words.includes('no-run')) sample.runs = false;
    while (sample.lines.length < line) sample.lines.push('');
    sample.lines.push(...code);
  }
  return samples.map(({ line, lines, runs }) => ({ line, runs, code: `${lines.join('\n')}\n` }));
}

function blocksOf(page: string): Block[] {
  const lines = page.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const opening = OPENING.exec(lines[at]!);
    if (opening === null) continue;
    const line = at + 1;
    const [, language, rest] = opening;
    const words = rest!.split(/\s+/).filter((word) => word !== '');
    const unknown = words.filter((word) => !KNOWN.has(word));
    if (language !== 'ts' || unknown.length > 0) {
      throw new Error(
        `line ${line}: a block opens with ts, and with continues or no-run if need be`,
      );
    }
    const closes = lines[at]!.startsWith('<!--') ? /^-->/ : /^```/;
    const end = lines.findIndex((text, index) => index > at && closes.test(text));
    if (end === -1) throw new Error(`line ${line}: the block is not closed`);
    blocks.push({ line, words, code: lines.slice(at + 1, end) });
    at = end;
  }
  return blocks;
}
