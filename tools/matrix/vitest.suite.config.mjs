import { fileURLToPath } from 'node:url';
import root from '../../vitest.config.ts';
import { LEFT_OUT } from './left-out.ts';

const lane = process.env.MATRIX_LANE;

// into each project: vitest hands them neither `--exclude` nor `server.deps` of its command line
for (const { test } of root.test.projects) {
  test.exclude.push(...Object.keys(LEFT_OUT[lane]?.files ?? {}));
  // left to Bun's own loader, zod loses the namespace `z` on its way through vitest
  if (lane === 'bun') test.server = { deps: { inline: ['zod'] } };
}

/** The suite, without what a runtime has no means for. */
export default { ...root, root: fileURLToPath(new URL('../..', import.meta.url)) };
