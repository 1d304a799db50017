// No lockfile may name the registry it was made with: others have another one.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conclude, root } from './workspace.ts';

/** One for each workspace of this repository. */
const LOCKFILES = [
  'pnpm-lock.yaml',
  'tools/release/pnpm-lock.yaml',
  'tools/matrix/pnpm-lock.yaml',
  'bench/pnpm-lock.yaml',
];

const problems = LOCKFILES.flatMap((path) => {
  if (!existsSync(join(root, path))) return [`${path} is not there`];
  const lines = readFileSync(join(root, path), 'utf8').split('\n');
  const line = lines.findIndex((text) => /\w+:\/\/|\btarball:/.test(text));
  return line === -1 ? [] : [`${path}:${line + 1} names an address: ${lines[line]!.trim()}`];
});
conclude(problems, {
  ok: `${LOCKFILES.length} lockfiles name no address`,
  fix: 'Delete the lockfile and make it again with `pnpm install` and no `lockfile-include-tarball-url`.',
});
