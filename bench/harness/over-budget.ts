/** What was measured, and what it may be. */
interface Measured {
  readonly id: string;
  readonly value: number;
  readonly most: number;
  readonly why: string;
}

/** What is exact: a time that a busy machine gave says nothing, and must fail nobody. */
const EXACT: ReadonlySet<string> = new Set(['bundle']);

/** What is wrong with a figure that counts exactly and is over its budget; or that nobody says what the budget is for. */
export function over({ id, value, most, why }: Measured): string[] {
  if (why.trim() === '') return [`bench/budget.json does not say why ${id} may be ${most}`];
  if (!EXACT.has(id) || value <= most) return [];
  return [`${id} is ${value.toFixed(3)}, and ${most} is its budget: ${why}`];
}
