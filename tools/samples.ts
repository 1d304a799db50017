// Type-checks and runs the samples of README.md, docs/ and the packages' READMEs; CONTRIBUTING.md has the convention.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sample, samplesOf } from './sample-blocks.ts';
import { conclude, publishedPackages, root } from './workspace.ts';

const LIMIT_MS = 20_000;
const folder = join(root, '.samples');

/** A sample, laid out in a folder of its own inside the workspace, so that it finds the packages. */
interface Laid extends Sample {
  readonly page: string;
  readonly path: string;
}

function pages(): string[] {
  const docs = existsSync(join(root, 'docs'))
    ? readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    : [];
  return [
    'README.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
    ...publishedPackages().map((pkg) => join('packages', pkg.folder, 'README.md')),
  ].filter((page) => existsSync(join(root, page)));
}

function lay(page: string): Laid[] {
  return samplesOf(readFileSync(join(root, page), 'utf8')).map((sample) => {
    const path = join(folder, `${page.replaceAll('/', '-')}-${sample.line}`);
    mkdirSync(path);
    writeFileSync(join(path, 'sample.ts'), sample.code);
    return { ...sample, page, path };
  });
}

/** What tsc says, told of the page: line numbers are the same there. */
function typeProblems(samples: readonly Laid[]): string[] {
  const config = {
    extends: '../tsconfig.json',
    compilerOptions: { moduleDetection: 'force' },
    files: samples.map(({ path }) => join(path, 'sample.ts')),
    include: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { status, stdout } = spawnSync(tsc, ['-p', folder, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0) return [];
  let told = stdout.trim();
  for (const { path, page } of samples)
    told = told.replaceAll(`${path.slice(root.length + 1)}/sample.ts`, page);
  return told.split(/\n(?=\S)/);
}

async function runProblem({ path, page, line }: Laid): Promise<string | undefined> {
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', 'sample.ts'];
    const child = execFile(
      process.execPath,
      args,
      { cwd: path, timeout: LIMIT_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (error === null) return resolve(undefined);
        const how = error.killed === true ? `does not exit within ${LIMIT_MS / 1000} s` : 'fails';
        resolve(`${page}:${line} the sample that begins here ${how}\n${stdout}${stderr}`.trimEnd());
      },
    );
    child.stdin?.end();
  });
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const problems: string[] = [];
const samples = pages().flatMap((page) => {
  try {
    return lay(page);
  } catch (error) {
    problems.push(`${page}: ${(error as Error).message}`);
    return [];
  }
});
problems.push(...(samples.length > 0 ? typeProblems(samples) : []));
const waiting = samples.filter(({ runs }) => runs);
const worker = async (): Promise<void> => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const problem = await runProblem(next);
    if (problem !== undefined) problems.push(problem);
  }
};
const ran = waiting.length;
await Promise.all([worker(), worker()]);
if (problems.length === 0) rmSync(folder, { recursive: true });
conclude(problems, {
  ok: `${samples.length} samples have the right types, ${ran} of them ran`,
  fix: 'They are laid out in .samples/; mend the page, or the code that it shows.',
});
