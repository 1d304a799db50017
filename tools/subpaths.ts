// Writes the table of docs/loaders.md from what is built: what each entry brings along. With --check it only says whether
// that is needed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsOf } from './subpath-needs.ts';
import { rowOf, rowsIn, settled, withRows } from './subpath-table.ts';
import { conclude, publishedPackages, root } from './workspace.ts';

const PAGE = join(root, 'docs/loaders.md');
const loaders = publishedPackages().find(({ folder }) => folder === 'loaders')!;
const { peerDependencies, publishConfig } = loaders.manifest;
const optional = new Set(Object.keys(peerDependencies ?? {}));
const rows = await Promise.all(
  [...loaders.entries.keys()].map(async (entry) => {
    const built = publishConfig.exports[entry] as { readonly default: string };
    return rowOf(entry, await needsOf(join(loaders.path, built.default)), optional);
  }),
);
const page = readFileSync(PAGE, 'utf8');
const written = rowsIn(page);
const right = settled(rows, written);
const isRight = JSON.stringify(right) === JSON.stringify(written);
if (!isRight && !process.argv.includes('--check')) writeFileSync(PAGE, withRows(page, right));
conclude(
  isRight || !process.argv.includes('--check') ? [] : ['docs/loaders.md has another table'],
  {
    ok: `docs/loaders.md has the table of ${rows.length} entries`,
    fix: 'Run `pnpm subpaths`.',
  },
);
