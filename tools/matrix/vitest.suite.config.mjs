import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import root from '../../vitest.config.ts';
import { filesLeftOut } from './files.ts';

const { MATRIX_LANE: lane, MATRIX_QUICK: quick } = process.env;
const files = [...filesLeftOut(lane, quick === '1').keys()];

// into each project: vitest hands them neither `--exclude` nor `server.deps` of its command line
for (const { test } of root.test.projects) {
  const folder = `${join(test.root)}/`;
  test.exclude.push(
    ...files.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length)),
  );
  // two lanes run at a time, and other engines are slower at what V8 does in no time
  test.testTimeout = 20_000;
  // a process for each file is half of the time; `pnpm test` gives them one
  test.isolate = false;
  if (lane !== 'bun') continue;
  // left to Bun's own loader, zod loses the namespace `z` on its way through vitest
  test.server = { deps: { inline: ['zod'] } };
  // for the bare name Bun has a stand-in without dispatchers
  test.alias = [{ find: /^undici$/, replacement: 'undici/index.js' }];
}

/** The suite, without what a runtime has no means for. */
export default { ...root, root: fileURLToPath(new URL('../..', import.meta.url)) };
