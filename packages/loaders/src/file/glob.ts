/** A name with `*`, `?` and `{a,b}` as an expression; undefined where it has other braces or brackets. */
export function patternOf(name: string): RegExp | undefined {
  if (/[[\]!]|\*\*/.test(name)) return undefined;
  const parts = name.split(/(\{[^{}]*\})/);
  if (parts.some((part, i) => i % 2 === 0 && /[{}]/.test(part))) return undefined;
  const source = parts.map((part) => {
    if (!part.startsWith('{')) return translated(part);
    return `(?:${part.slice(1, -1).split(',').map(translated).join('|')})`;
  });
  return new RegExp(`^${source.join('')}$`, 'u');
}

/** A dot at the beginning is one that the pattern has: `*` and `?` stand for none there. */
const WILDCARDS: Readonly<Record<string, string>> = {
  '*': String.raw`(?!^\.)[^/]*`,
  '?': String.raw`(?!^\.)[^/]`,
};

/** What stands between braces and commas. */
function translated(text: string): string {
  return text.replaceAll(/[.+^$()|\\*?]/g, (char) => WILDCARDS[char] ?? `\\${char}`);
}

/** What names that fit end in: each choice of the last braces. */
export function endsOf(glob: string): readonly string[] {
  const [, before = '', choices] = /^(.*)\{([^{}]*)\}$/s.exec(glob) ?? [];
  return choices === undefined ? [glob] : choices.split(',').map((each) => before + each);
}
