import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const WEB_ENTRIES = ['src/fetch.ts', 'src/local-storage.ts', 'src/indexed-db.ts'];

/** What a bundle for browsers would hold, by path; libraries of core that are loaded later are not followed. */
async function bundled(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    logLevel: 'silent',
  });
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path),
  );
  return [...Object.keys(metafile.inputs), ...outside];
}

test.each(WEB_ENTRIES)(
  '%s bundles for browsers without undici and what is only in Node',
  async (entry) => {
    const inputs = await bundled(entry);
    expect(inputs).toContain(entry);
    expect(inputs.filter((path) => /undici|node:|zlib|\bcrypto\b/.test(path))).toEqual([]);
  },
);

test('the same look finds what httpLoader needs of Node', async () => {
  await expect(bundled('src/http.ts')).rejects.toThrow('node:');
});

test('the entries for browsers compile without the types of Node', async () => {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = join(dirname(typescript), 'bin', 'tsc');
  const project = join(root, 'tsconfig.web.json');
  const run = promisify(execFile)(process.execPath, [tsc, '-p', project, '--pretty', 'false']);
  const { stdout } = await run.catch(({ stdout: problems }: { stdout: string }) => ({
    stdout: problems,
  }));
  // what is wrong in core is for the check of core to tell
  const problems = stdout.split('\n').filter((line) => line.includes('error TS'));
  expect(problems.filter((line) => !line.includes('core/src'))).toEqual([]);
}, 30_000);
