// Judges what users read of the packages: docs, defaults, names of durations, named exports.
import { join } from 'node:path';
import ts from 'typescript';
import { conclude, publishedPackages, root, sourceFiles } from '../workspace.ts';
import { COMPILER, entryFiles, isOurs } from './program.ts';

/** Everything that is wrong with the docs of `entries`, and of the names in all of `files`. */
export function docProblems(entries: readonly string[], files: readonly string[]): string[] {
  const program = ts.createProgram({ rootNames: [...files], options: COMPILER });
  const problems = new Map<string, Set<string>>();
  const report: Report = (node, message) => {
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    const place = `${file.fileName.replace(`${root}/`, '')}:${line + 1}`;
    problems.set(place, (problems.get(place) ?? new Set()).add(message));
  };
  const checker = program.getTypeChecker();
  for (const name of entries) checkEntry(program.getSourceFile(name)!, checker, report);
  for (const name of files) checkFile(program.getSourceFile(name)!, checker, report);
  return [...problems].flatMap(([place, messages]) =>
    [...messages].map((text) => `${place} ${text}`),
  );
}

type Report = (node: ts.Node, message: string) => void;

/** Every declaration that an entry exports has a doc, and so has each of its members. */
function checkEntry(entry: ts.SourceFile, checker: ts.TypeChecker, report: Report): void {
  const module = checker.getSymbolAtLocation(entry);
  for (const exported of module ? checker.getExportsOfModule(module) : []) {
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.find(isOurs);
    if (declaration === undefined) continue;
    if (!hasDoc(symbol, checker))
      report(declaration, `${symbol.name} is exported without a doc comment`);
    for (const member of membersOf(declaration)) {
      const name = member.name?.getText() ?? '';
      const own = member.name && checker.getSymbolAtLocation(member.name);
      if (own && !hasDoc(own, checker)) report(member, `${symbol.name}.${name} has no doc comment`);
    }
  }
}

/** What users see of an interface, an object type or a class; a `kind: 'x'` speaks for itself. */
function membersOf(node: ts.Declaration): readonly (ts.TypeElement | ts.ClassElement)[] {
  if (ts.isInterfaceDeclaration(node)) return node.members.filter((member) => !isTag(member));
  if (ts.isTypeAliasDeclaration(node) && ts.isTypeLiteralNode(node.type)) {
    return node.type.members.filter((member) => !isTag(member));
  }
  if (!ts.isClassDeclaration(node)) return [];
  return node.members.filter(
    (member) =>
      !ts.isConstructorDeclaration(member) &&
      !ts.isClassStaticBlockDeclaration(member) &&
      member.name !== undefined &&
      !ts.isPrivateIdentifier(member.name) &&
      // the language says what [Symbol.asyncDispose] is
      !ts.isComputedPropertyName(member.name) &&
      !(
        ts.getCombinedModifierFlags(member) &
        (ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Override)
      ),
  );
}

function isTag(member: ts.TypeElement): boolean {
  return (
    ts.isPropertySignature(member) && member.type !== undefined && ts.isLiteralTypeNode(member.type)
  );
}

/** Its own doc, or one inherited from what it implements. */
function hasDoc(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== '';
}

/** What holds in every source file, exported or not. */
function checkFile(file: ts.SourceFile, checker: ts.TypeChecker, report: Report): void {
  const twice = /\*\/\s*\/\*\*/.exec(file.text);
  if (twice) {
    const line = file.getLineAndCharacterOfPosition(twice.index).line + 1;
    report(file, `has a doc block directly followed by another one, at line ${line}`);
  }
  const visit = (node: ts.Node): void => {
    checkStar(node, report);
    checkDuration(node, report);
    checkDefault(node, checker, report);
    ts.forEachChild(node, visit);
  };
  visit(file);
}

function checkStar(node: ts.Node, report: Report): void {
  if (!ts.isExportDeclaration(node) || node.moduleSpecifier === undefined) return;
  if (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause)) {
    report(node, 'exports everything of a module: name what is exported');
  }
}

const DURATION = /^(?:interval|timeout|delay|wait|deadline|age|ttl)s?$/;

function checkDuration(node: ts.Node, report: Report): void {
  const named =
    ts.isPropertySignature(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node);
  if (!named || !ts.isIdentifier(node.name) || !isNumber(node.type)) return;
  const words = node.name.text.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
  if (words.at(-1) !== 'ms' && words.some((word) => DURATION.test(word))) {
    report(node, `${node.name.text} is a duration: let its name end in Ms`);
  }
}

function isNumber(type: ts.TypeNode | undefined): boolean {
  if (type === undefined) return false;
  if (ts.isUnionTypeNode(type)) return type.types.some(isNumber);
  return type.kind === ts.SyntaxKind.NumberKeyword;
}

/** Where code falls back on a value, `{ x = 1 }` or `options.x ?? 1`, the option's doc says so; `{}` is none. */
function checkDefault(node: ts.Node, checker: ts.TypeChecker, report: Report): void {
  const option = optionWithDefault(node, checker)?.declarations?.find(ts.isPropertySignature);
  if (option === undefined || !isOurs(option) || !ts.isInterfaceDeclaration(option.parent)) return;
  if (!option.parent.name.text.endsWith('Options')) return;
  const tagged = ts.getJSDocTags(option).some(({ tagName }) => tagName.text === 'default');
  if (!tagged) {
    report(
      option,
      `${option.parent.name.text}.${option.name.getText()} has a default: say @default {…}`,
    );
  }
}

function optionWithDefault(node: ts.Node, checker: ts.TypeChecker): ts.Symbol | undefined {
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    const name = node.propertyName ?? node.name;
    if (!isValue(node.initializer) || !ts.isIdentifier(name)) return undefined;
    const { parent } = node.parent;
    const taken = ts.isVariableDeclaration(parent) ? (parent.initializer ?? parent) : parent;
    return checker.getTypeAtLocation(taken).getProperty(name.text);
  }
  if (!ts.isBinaryExpression(node) || !ts.isPropertyAccessExpression(node.left)) return undefined;
  const falls =
    node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken && isValue(node.right);
  return falls ? checker.getSymbolAtLocation(node.left.name) : undefined;
}

function isValue(fallback: ts.Expression | undefined): boolean {
  if (fallback === undefined) return false;
  if (ts.isObjectLiteralExpression(fallback)) return fallback.properties.length > 0;
  if (ts.isArrayLiteralExpression(fallback)) return fallback.elements.length > 0;
  if (ts.isConditionalExpression(fallback))
    return isValue(fallback.whenTrue) && isValue(fallback.whenFalse);
  return fallback.getText() !== 'undefined';
}

if (process.argv[1] === import.meta.filename) {
  const packages = publishedPackages();
  const entries = [...entryFiles().values()];
  const missing = entries.filter((file) => !ts.sys.fileExists(file));
  const files = packages.flatMap(({ path }) =>
    sourceFiles(join(path, 'src')).map((file) => join(path, 'src', file)),
  );
  const problems = docProblems(
    entries.filter((file) => !missing.includes(file)),
    files,
  );
  conclude(
    [
      ...missing.map((file) => `${file.replace(`${root}/`, '')} is an entry but not there`),
      ...problems,
    ],
    {
      ok: `docs of ${entries.length} entries and names in ${files.length} files are as they should be`,
      fix: 'A doc says why it is there and what is promised; CONTRIBUTING.md has the rules.',
    },
  );
}
