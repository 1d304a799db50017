/** A name with `*`, `?` and `{a,b}` as an expression; undefined where it has other braces or brackets. */
export function patternOf(name: string): RegExp | undefined {
  if (/[[\]!]|\*\*/.test(name)) return undefined;
  const parts = name.split(/(\*|\?|\{[^{}]*\})/);
  if (parts.some((part, i) => i % 2 === 0 && /[{}]/.test(part))) return undefined;
  const source = parts.map((part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.startsWith('{')) {
      const choices = part.slice(1, -1).split(',');
      return `(?:${choices.map(literal).join('|')})`;
    }
    return literal(part);
  });
  return new RegExp(`^${/^[*?]/.test(name) ? String.raw`(?!\.)` : ''}${source.join('')}$`, 'u');
}

function literal(text: string): string {
  return text.replaceAll(/[.+^$()|\\]/g, String.raw`\$&`);
}

/** What names that fit end in: each choice of the last braces. */
export function endsOf(glob: string): readonly string[] {
  const [, before = '', choices] = /^(.*)\{([^{}]*)\}$/s.exec(glob) ?? [];
  return choices === undefined ? [glob] : choices.split(',').map((each) => before + each);
}
