import ts from 'typescript';

/** What people pass by mistake. */
const CANDIDATES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  NaN,
  'x',
  5n,
  Symbol('x'),
  {},
  [],
  [null],
  () => {},
];

/** Values that are no value of `type`, whatever its range: negative numbers are none of any option. */
export function wrongValues(type: ts.Type, checker: ts.TypeChecker): readonly unknown[] {
  return CANDIDATES.filter((value) => !mayFit(value, type, checker));
}

/** Whether `value` is of `type`, or may be as far as types tell. */
function mayFit(value: unknown, type: ts.Type, checker: ts.TypeChecker): boolean {
  const { flags } = type;
  if (type.isUnion()) return type.types.some((part) => mayFit(value, part, checker));
  // a schema
  if (flags & ts.TypeFlags.TypeParameter) return false;
  // what depends on the schema: JSON, as far as types tell
  if (flags & (ts.TypeFlags.Instantiable | ts.TypeFlags.Intersection)) return isJson(value);
  if (flags & ts.TypeFlags.Unknown) return true;
  if (flags & ts.TypeFlags.StringLiteral)
    return checker.typeToString(type) === `"${String(value)}"`;
  if (flags & ts.TypeFlags.BooleanLiteral) return checker.typeToString(type) === String(value);
  if (flags & ts.TypeFlags.String) return typeof value === 'string';
  if (flags & ts.TypeFlags.Number) return typeof value === 'number' && value >= 0;
  return mayBeObject(value, type, checker);
}

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return !['function', 'symbol', 'bigint'].includes(typeof value);
}

function mayBeObject(value: unknown, type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.getCallSignatures().length > 0) return typeof value === 'function';
  if (checker.isArrayType(type)) return Array.isArray(value) && value.length === 0;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const required = checker
    .getPropertiesOfType(type)
    .filter((property) => !(property.flags & ts.SymbolFlags.Optional));
  return required.every(({ name }) => name in value);
}
