/** A row of docs/faults.md. */
export interface Fault {
  readonly id: string;
  /** Well-known SDKs get it wrong. */
  readonly star: boolean;
  readonly title: string;
}

/** How one test ended. */
export interface TestResult {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
}

/** How it goes with a row: as with the worst of its tests. */
export type Verdict = 'holds' | 'skipped' | 'FAILS' | 'NO TEST';

/** A row with its tests. */
export interface Judged {
  readonly fault: Fault;
  readonly tests: readonly TestResult[];
  readonly verdict: Verdict;
}

const ROW = /^\| ([A-Z]\d+)( ★)? *\| (.+?) *\|/gm;
const ID = /^([NHPTDCOSMU]\d{1,2}) /;
/** The first argument of `test`, `describe` and their kin. */
const NAMED_BY_ID = /\(\s*(?<quote>['"`])([NHPTDCOSMU]\d{1,2}) /g;

/** The rows of the table, in order. */
export function faultsIn(page: string): Fault[] {
  return [...page.matchAll(ROW)].map(([, id, star, title]) => ({
    id: id!,
    star: star !== undefined,
    title: title!,
  }));
}

/** The row that a test is of: the id that its full name begins with. */
export function idOf(testName: string): string | undefined {
  return ID.exec(testName)?.[1];
}

/** Ids that tests of a source file begin with, read off its text: fast, and blind to names that are computed. */
export function idsIn(source: string): string[] {
  return [...source.matchAll(NAMED_BY_ID)].map((match) => match[2]!);
}

/** Each row with its tests, in the order of the rows. */
export function judge(faults: readonly Fault[], results: readonly TestResult[]): Judged[] {
  return faults.map((fault) => {
    const tests = results.filter(({ name }) => idOf(name) === fault.id);
    return { fault, tests, verdict: verdictOf(tests) };
  });
}

function verdictOf(tests: readonly TestResult[]): Verdict {
  if (tests.length === 0) return 'NO TEST';
  if (tests.some(({ state }) => state === 'failed')) return 'FAILS';
  return tests.some(({ state }) => state === 'skipped') ? 'skipped' : 'holds';
}

/** What is wrong with the ids themselves: a row twice, a row without a test, a test without a row. */
export function mismatches(faults: readonly Fault[], tested: readonly string[]): string[] {
  const rows = faults.map(({ id }) => id);
  const twice = rows.filter((id, index) => rows.indexOf(id) !== index);
  const problems = [
    ...twice.map((id) => `${id} is there twice`),
    ...rows.filter((id) => !tested.includes(id)).map((id) => `${id} has no test`),
    ...tested.filter((id) => !rows.includes(id)).map((id) => `${id} has a test and no row`),
  ];
  return [...new Set(problems)];
}
