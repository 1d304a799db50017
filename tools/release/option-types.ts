import ts from 'typescript';
import { COMPILER, entryFiles, isOurs } from './program.ts';

/** One option of a factory or a method, found by its type. */
export interface OptionType {
  /** Dotted, from the options object: `polling.backoff.maxMs`, `sources[].name`. */
  readonly path: string;
  readonly type: ts.Type;
  readonly required: boolean;
  /** As the doc says it. */
  readonly fallback: string | undefined;
  /** First the meaning, without tags. */
  readonly doc: string;
}

/** What takes options. */
export interface OptionOwner {
  /** What users import it from. */
  readonly entry: string;
  /** Of the class that it is a method of. */
  readonly className: string | undefined;
  readonly name: string;
  readonly doc: string;
  readonly options: readonly OptionType[];
}

/** All functions and methods of the packages that take options, by walking their types: none can be forgotten. */
export function optionOwners(): {
  readonly owners: readonly OptionOwner[];
  readonly checker: ts.TypeChecker;
} {
  const entries = entryFiles();
  const program = ts.createProgram({ rootNames: [...entries.values()], options: COMPILER });
  const checker = program.getTypeChecker();
  const found = new Map<ts.Symbol, string>();
  for (const [entry, file] of entries) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!);
    for (const exported of checker.getExportsOfModule(module!)) {
      const isAlias = exported.flags & ts.SymbolFlags.Alias;
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
      if (!found.has(symbol)) found.set(symbol, entry);
    }
  }
  const walk = new OptionWalk(checker, new Set(found.keys()));
  const owners = [...found].flatMap(([symbol, entry]) => walk.ownersIn(symbol, entry));
  return { owners, checker };
}

class OptionWalk {
  readonly #checker: ts.TypeChecker;
  /** What users can import: it speaks for itself. */
  readonly #exported: ReadonlySet<ts.Symbol>;

  constructor(checker: ts.TypeChecker, exported: ReadonlySet<ts.Symbol>) {
    this.#checker = checker;
    this.#exported = exported;
  }

  ownersIn(symbol: ts.Symbol, entry: string): OptionOwner[] {
    if (symbol.flags & ts.SymbolFlags.Function) {
      return this.#owner(symbol, entry, undefined, this.#checker.getTypeOfSymbol(symbol));
    }
    if (!(symbol.flags & ts.SymbolFlags.Class)) return [];
    return this.#members(symbol).flatMap((member) =>
      member.flags & ts.SymbolFlags.Method && !member.name.includes('#')
        ? this.#owner(member, entry, symbol.name, this.#checker.getTypeOfSymbol(member))
        : [],
    );
  }

  /** Its own, and those of the classes that it extends and that nobody can import. */
  #members(symbol: ts.Symbol): ts.Symbol[] {
    const declaration = symbol.declarations?.find((each) => ts.isClassDeclaration(each));
    const own = [...(symbol.members?.values() ?? [])];
    const heritage = declaration?.heritageClauses?.find(
      ({ token }) => token === ts.SyntaxKind.ExtendsKeyword,
    );
    const base = heritage && this.#checker.getTypeAtLocation(heritage.types[0]!).symbol;
    return base === undefined || this.#exported.has(base) ? own : [...own, ...this.#members(base)];
  }

  #owner(
    symbol: ts.Symbol,
    entry: string,
    className: string | undefined,
    type: ts.Type,
  ): OptionOwner[] {
    const taken = type
      .getCallSignatures()
      .flatMap((signature) => this.#parameterOf(signature) ?? []);
    // of overloads the last one, which takes the most
    const most = taken.at(-1);
    if (most === undefined || isInternal(symbol)) return [];
    const options = this.#optionsOf(most, '').map((option) => ({
      ...option,
      required: option.required && !taken.some((other) => isOptional(other, option.path)),
    }));
    return [{ entry, className, name: symbol.name, doc: this.#docOf(symbol), options }];
  }

  #parameterOf(signature: ts.Signature): ts.Type | undefined {
    return signature.parameters
      .map((each) => this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(each)))
      .find((each) => isOptions(each));
  }

  #optionsOf(type: ts.Type, prefix: string): OptionType[] {
    return this.#checker.getPropertiesOfType(type).flatMap((property) => {
      const path = `${prefix}${property.name}`;
      const own = this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(property));
      const option: OptionType = {
        path,
        type: own,
        required: !(property.flags & ts.SymbolFlags.Optional),
        fallback: this.#fallbackOf(property),
        doc: this.#docOf(property),
      };
      return [option, ...this.#nested(own, path)];
    });
  }

  #nested(type: ts.Type, path: string): OptionType[] {
    const parts = type.isUnion() ? type.types : [type];
    return parts.flatMap((part) => {
      const [item] = this.#checker.isArrayType(part)
        ? this.#checker.getTypeArguments(part as ts.TypeReference)
        : [];
      if (item && isOptions(item)) return this.#optionsOf(item, `${path}[].`);
      return isOptions(part) ? this.#optionsOf(part, `${path}.`) : [];
    });
  }

  #docOf(symbol: ts.Symbol): string {
    const parts = symbol.getDocumentationComment(this.#checker);
    return ts.displayPartsToString(parts).replaceAll(/\s+/g, ' ').trim();
  }

  #fallbackOf(symbol: ts.Symbol): string | undefined {
    const tag = symbol.getJsDocTags(this.#checker).find(({ name }) => name === 'default');
    return /^\{(.*)\}$/s.exec(ts.displayPartsToString(tag?.text).trim())?.[1];
  }
}

function isOptional(type: ts.Type, name: string): boolean {
  const property = type.getProperty(name);
  return property !== undefined && (property.flags & ts.SymbolFlags.Optional) !== 0;
}

function isInternal(symbol: ts.Symbol): boolean {
  return symbol.getJsDocTags().some(({ name }) => name === 'internal');
}

/** An interface of ours whose name says so, or a part of one: `Partial<Limits>`, `Pick<…>`. */
function isOptions(type: ts.Type): boolean {
  const named = /Options$|^Limits$|^Because$/;
  // one of several groups of options: each member has them all
  if (type.isUnion())
    return type.aliasSymbol !== undefined && type.types.every((each) => isOptions(each));
  if (type.isIntersection()) return type.types.some((each) => isOptions(each));
  const whole = type.aliasSymbol && /^(?:Partial|Pick)$/.test(type.aliasSymbol.name);
  const { symbol } = (whole && type.aliasTypeArguments?.[0]) || type;
  return (
    symbol !== undefined && named.test(symbol.name) && symbol.declarations?.some(isOurs) === true
  );
}
