import type { SubpathNeeds } from './subpath-needs.ts';

/** One row of the table: what stands in its cells. */
export type Row = readonly [entry: string, needs: string, own: string, all: string, runs: string];

const HEAD: readonly (readonly string[])[] = [
  ['entry', 'packages that it loads', 'own code', 'with them', 'runs in'],
  ['---', '---', '---', '---', '---'],
];

/** The guide page of each entry of `@holdfast/loaders`, in `docs/`. */
export const PAGES: Readonly<Record<string, string>> = {
  './http': 'http.md',
  './fetch': 'fetch-loader.md',
  './static': 'values.md',
  './function': 'values.md',
  './hashed': 'values.md',
  './first-of': 'failover.md',
  './hedged': 'failover.md',
  './mapped': 'sections.md',
  './section': 'sections.md',
  './file-cache': 'caches.md',
  './file': 'files.md',
  './env': 'environment.md',
  './audit-file': 'audit.md',
  './local-storage': 'caches.md',
  './indexed-db': 'caches.md',
  './sse': 'push.md',
  './websocket': 'push.md',
  './long-poll': 'push.md',
  './webhook': 'webhooks.md',
  './signal': 'push.md',
  './verified': 'signatures.md',
  './jws': 'signatures.md',
  './http-signatures': 'signatures.md',
  './publish': 'publish.md',
};

/** Where the table stands in the page. */
const TABLE = /(?<=<!-- subpaths -->\n)[^]*?(?=<!-- \/subpaths -->)/;

/** The row of an entry. */
export function rowOf(
  entry: string,
  { atOnce, later, node, ownBytes, allBytes }: SubpathNeeds,
  optional: ReadonlySet<string>,
): Row {
  const named = [...atOnce, ...later].map((name) =>
    optional.has(name) ? `\`${name}\` (install it)` : `\`${name}\``,
  );
  return [
    PAGES[entry] === undefined ? `\`${entry}\`` : `[\`${entry}\`](${PAGES[entry]})`,
    named.join(', ') || '–',
    kilobytes(ownBytes),
    kilobytes(allBytes),
    node ? 'Node, Bun, Deno' : 'anywhere',
  ];
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** The rows that a page has. */
export function rowsIn(page: string): Row[] {
  const [table = ''] = TABLE.exec(page) ?? [];
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(HEAD.length).map(
    (line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()) as never,
  );
}

/** The page with these rows. */
export function withRows(page: string, rows: readonly Row[]): string {
  const lines = [...HEAD, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return page.replace(TABLE, () => `\n${lines.join('\n')}\n\n`);
}

/**
 * The rows as they should stand: a size that is written stays while it is about right, so that neither another version of a
 * compressor nor a comma makes the page old.
 */
export function settled(rows: readonly Row[], written: readonly Row[]): Row[] {
  return rows.map((row) => {
    const old = written.find(([entry]) => entry === row[0]);
    if (old === undefined) return row;
    const [entry, needs, own, all, runs] = row;
    return [entry, needs, near(own, old[2]), near(all, old[3]), runs];
  });
}

function near(now: string, written: string): string {
  const [a, b] = [parseFloat(now), parseFloat(written)];
  return Math.abs(a - b) <= Math.max(0.5, b * 0.1) ? written : now;
}
