import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Servers live there on Debian, where the PATH of a plain user may not look. */
const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/**
 * Whether a test can have what it needs: programs by name, files by path, and `root` for its rights. For `test.runIf`: a
 * developer's machine without nginx skips the test, visibly.
 *
 * @throws {Error} Where `CI` is set and something is missing: there, nothing is skipped.
 */
export function needs(...names: readonly string[]): boolean {
  const missing = names.filter((name) => !isHere(name));
  if (missing.length > 0 && process.env['CI']) {
    throw new Error(`These tests need ${missing.join(', ')}, and CI skips nothing: install it`);
  }
  return missing.length === 0;
}

/** The whole path of a program; undefined where it is not installed. */
export function programPath(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SERVER_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isHere(name: string): boolean {
  if (name.startsWith('/')) return existsSync(name);
  return name === 'root' ? process.getuid?.() === 0 : programPath(name) !== undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
