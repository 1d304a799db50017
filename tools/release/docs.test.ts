import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { docProblems } from './docs.ts';

const folder = mkdtempSync(join(tmpdir(), 'docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(source: string): string[] {
  const file = join(folder, 'entry.ts');
  writeFileSync(file, source);
  return docProblems([file], [file]).map((problem) => problem.replace(`${folder}/`, ''));
}

test('takes what is documented', () => {
  const source = `
/** Options of {@link create}. */
export interface CreateOptions {
  /** How long to wait. @default {1000} */
  readonly timeoutMs?: number;
  /** Where to write. */
  readonly target?: string | undefined;
  /** Parts. */
  readonly parts?: readonly string[];
}
interface Port {
  /** Shuts it. */
  close(): void;
}
/** Made by {@link create}. */
export class Thing implements Port {
  readonly #secret = 1;
  close(): void { void this.#secret; }
}
/** What happened. */
export type Outcome = { readonly kind: 'none' };
/** Makes one. */
export function create({ timeoutMs = 1000, target, parts = [] }: CreateOptions): Thing {
  void [timeoutMs, target, parts];
  return new Thing();
}
`;
  expect(problemsOf(source)).toEqual([]);
});

test.each([
  [
    'an export without a doc',
    'export const a = 1;',
    ['entry.ts:1 a is exported without a doc comment'],
  ],
  [
    'a member without a doc',
    '/** A. */\nexport interface A {\n  b: string;\n}',
    ['entry.ts:3 A.b has no doc comment'],
  ],
  [
    'a member of a class without a doc',
    '/** A. */\nexport class A {\n  b(): void {}\n}',
    ['entry.ts:3 A.b has no doc comment'],
  ],
  [
    'a destructured default that the doc does not say',
    'interface AOptions {\n  /** B. */\n  b?: string;\n}\nfunction f({ b = "x" }: AOptions): void { void b; }\nvoid f;',
    ['entry.ts:3 AOptions.b has a default: say @default {…}'],
  ],
  [
    'a default taken out of a variable',
    'interface AOptions {\n  /** B. */\n  b?: string;\n}\nfunction f(o: AOptions): void { const { b = "x" } = o; void b; }\nvoid f;',
    ['entry.ts:3 AOptions.b has a default: say @default {…}'],
  ],
  [
    'a fallback that the doc does not say',
    'interface AOptions {\n  /** B. */\n  b?: string;\n}\nconst f = (o: AOptions): string => o.b ?? "x";\nvoid f;',
    ['entry.ts:3 AOptions.b has a default: say @default {…}'],
  ],
  [
    'a duration without its unit',
    'interface A {\n  maxAge?: number | undefined;\n  message: number;\n  retryDelay: number;\n  delayMs: number;\n}\ndeclare const a: A;\nvoid a;',
    [
      'entry.ts:2 maxAge is a duration: let its name end in Ms',
      'entry.ts:4 retryDelay is a duration: let its name end in Ms',
    ],
  ],
  [
    'a doc directly followed by another',
    '/** A. */\n\n/** B. */\nexport const b = 1;',
    ['entry.ts:4 has a doc block directly followed by another one, at line 1'],
  ],
  [
    'an export of everything',
    "export * from 'node:path';",
    ['entry.ts:1 exports everything of a module: name what is exported'],
  ],
])('refuses %s', (_, source, problems) => {
  expect(problemsOf(source)).toEqual(problems);
});
