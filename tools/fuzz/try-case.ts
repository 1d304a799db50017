import { setTimeout as sleep } from 'node:timers/promises';
import { type FuzzCase, sceneryOf } from './case.ts';
import { judge } from './judge.ts';
import { stepsOf } from './mutation.ts';
import type { Report, Subject } from './order.ts';
import type { FuzzOrigin } from './origin.ts';

/** How a case went. */
export interface Trial {
  readonly report: Report;
  readonly findings: readonly string[];
}

/** A socket that is closed needs some turns until the origin hears of it. */
const LOOKS = 40;

/** Goes through one case and judges it. */
export async function tryCase(
  fuzzCase: FuzzCase,
  subject: Subject,
  origin: FuzzOrigin,
): Promise<Trial> {
  const { number, loader, follow, credential, recipes } = fuzzCase;
  const { port, elsewhere, trapped } = origin;
  const scenery = sceneryOf(fuzzCase, { origin: port, elsewhere });
  origin.open(
    number,
    recipes.map((recipe) => stepsOf(recipe, scenery)),
  );
  try {
    const report = await subject.run({ number, loader, follow, credential, port });
    const findings = judge(fuzzCase, report, origin.playedOf(number));
    if (origin.trapped > trapped) findings.push('a redirect was followed to another origin');
    // the connections of fetch are the platform's (docs/fetch-loader.md, F5)
    if (loader === 'http' && !(await isAlone(origin, number)))
      findings.push('sockets after close()');
    return { report, findings };
  } finally {
    origin.forget(number);
  }
}

async function isAlone(origin: FuzzOrigin, number: number): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (origin.standing(number) === 0) return true;
    await sleep(50);
  }
  return false;
}
