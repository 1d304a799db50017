// Writes docs/configuration.md from the option types and their docs; with --check it only says whether that is needed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { conclude, root } from '../workspace.ts';
import { optionOwners, type OptionOwner, type OptionType } from './option-types.ts';

const PAGE = join(root, 'docs/configuration.md');

const HEAD = `# Configuration

Every option of every function, written by \`npx -y pnpm@10 reference\` from the types that your editor shows. Durations are
milliseconds. Options are checked at construction: a wrong or unknown one throws \`INVALID_OPTIONS\`, and \`undefined\` is
the same as leaving it out (but a token that is \`undefined\`, and so most likely not set, is warned of). How waits come about is told in [concepts](concepts.md#when-the-next-poll-is).
`;

/** What objects are called in the docs whose methods take options. */
const OBJECTS: Readonly<Record<string, string>> = {
  ConfigManager: 'manager',
  ConfigHandle: 'app',
  View: 'view',
  Audit: 'manager.audit',
};

/** The whole page. */
export function reference(owners: readonly OptionOwner[], checker: ts.TypeChecker): string {
  return [HEAD, ...owners.map((owner) => section(owner, checker))].join('\n');
}

function section({ entry, className, name, doc, options }: OptionOwner, checker: ts.TypeChecker) {
  const called = className === undefined ? name : `${OBJECTS[className] ?? className}.${name}`;
  const [sentence] = /^.*?[.:](?= |$)/.exec(doc) ?? [doc];
  const rows = options
    .filter((option) => !isRepeated(option))
    .map((option) => row(option, checker));
  return `## \`${called}()\`

\`${entry}\` · ${sentence.replace(/:$/, '.')}

| option | type | default | what it is |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** What a source has of its own is what the config has for all of them. */
function isRepeated({ path }: OptionType): boolean {
  return path.startsWith('sources[].polling.');
}

function row({ path, type, required, fallback, doc }: OptionType, checker: ts.TypeChecker): string {
  const given = required ? '**required**' : fallback === undefined ? '–' : fallbackText(fallback);
  const cells = [`\`${path}\``, `\`${typeText(type, checker)}\``, given, doc];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Words as words, code as code. */
function fallbackText(fallback: string): string {
  if (fallback.includes('`')) return fallback;
  const isCode =
    /^(?:[\d_]+(?:\.\d+)?|true|false|'[^']*'|\[\]|\{.*\}|[\w.]+(?:\(.*\)| [+×] .*)|\w+\.\w+)$/;
  return isCode.test(fallback) ? `\`${fallback}\`` : fallback;
}

function typeText(given: ts.Type, checker: ts.TypeChecker): string {
  const type = given.isTypeParameter() ? (given.getConstraint() ?? given) : given;
  const text = checker
    .typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)
    .replaceAll('"', "'");
  const unwrapped = /^NonNullable<(.*)>$/.exec(text)?.[1] ?? text;
  return unwrapped.length > 60 && type.aliasSymbol ? type.aliasSymbol.name : unwrapped;
}

/** How the page is laid out in the file is the formatter's. */
const plain = (page: string): string =>
  page
    .replaceAll(/-{3,}/g, '---')
    .replaceAll(/[ \n]+/g, ' ')
    .trim();

if (process.argv[1] === import.meta.filename) {
  const { owners, checker } = optionOwners();
  const page = reference(owners, checker);
  if (process.argv.includes('--check')) {
    const isThere = plain(readFileSync(PAGE, 'utf8')) === plain(page);
    conclude(isThere ? [] : ['docs/configuration.md is not what the option types say'], {
      ok: `docs/configuration.md has the options of ${owners.length} functions`,
      fix: 'Run `pnpm reference`.',
    });
  } else writeFileSync(PAGE, page);
}
