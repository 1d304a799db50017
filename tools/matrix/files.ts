import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.ts';
import { leftOut } from './left-out.ts';

/** The test files that a lane leaves out: path from the root of the project, and the reason. */
export function filesLeftOut(lane: string, quick: boolean): ReadonlyMap<string, string> {
  const reasons = Object.entries(leftOut(lane, quick).files);
  if (reasons.length === 0) return new Map();
  return new Map(
    ['packages', 'examples', 'tools', 'bench'].flatMap(testsIn).flatMap((path) => {
      const reason = reasons.find(([part]) => path.includes(part))?.[1];
      return reason === undefined ? [] : [[path, reason] as const];
    }),
  );
}

function testsIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return /^(?:node_modules|release|dist)$/.test(entry.name) ? [] : testsIn(path);
    return path.endsWith('.test.ts') && !path.endsWith('.browser.test.ts') ? [path] : [];
  });
}
