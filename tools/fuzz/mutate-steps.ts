import type { Step } from './answer.ts';
import type { Chance } from './chance.ts';
import type { Change } from './mutation.ts';

/** Whatever is sent before `share` of the bytes of these steps is. */
function before(steps: readonly Step[], chance: Chance): Step[] {
  const bytes = Buffer.concat(steps.flatMap((step) => (step.kind === 'bytes' ? [step.bytes] : [])));
  return [{ kind: 'bytes', bytes: bytes.subarray(0, chance.int(bytes.length + 1)) }];
}

/** Each step of bytes, in parts, with something between them. */
function parted(
  steps: readonly Step[],
  lengthOf: (left: number) => number,
  between: readonly Step[],
): Step[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'bytes') return [step];
    const parts: Step[] = [];
    for (let at = 0; at < step.bytes.length;) {
      // a drip would last for hours; whoever waits for it has had enough after so many
      const length = parts.length < 400 ? lengthOf(step.bytes.length - at) : step.bytes.length;
      parts.push({ kind: 'bytes', bytes: step.bytes.subarray(at, at + length) }, ...between);
      at += length;
    }
    return parts;
  });
}

const ENDLESS = [
  'x',
  '\x00',
  '{"a":1}',
  '\r\n',
  'X: y\r\n',
  '5\r\nhello\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  ' ',
];

/** Changes of the way in which an answer is sent. */
export const STEPS_MUTATIONS: Readonly<Record<string, Change<Step[]>>> = {
  'ends early': (steps, chance) => [...before(steps, chance), { kind: 'end' }],
  'reset early': (steps, chance) => [...before(steps, chance), { kind: 'reset' }],
  'reset late': (steps) => [...steps, { kind: 'reset' }],
  'ends late': (steps) => [...steps, { kind: 'end' }],
  stops: (steps, chance) => before(steps, chance),
  'in small parts': (steps, chance) =>
    parted(steps, () => 1 + chance.size(64), [{ kind: 'wait', ms: 0 }]),
  drips: (steps, chance) => parted(steps, () => 1, [{ kind: 'wait', ms: chance.pick([0, 1, 5]) }]),
  'waits first': (steps, chance) => [{ kind: 'wait', ms: chance.pick([1, 20, 200]) }, ...steps],
  'never ends': (steps, chance) => [
    ...(chance.happens(0.5) ? before(steps, chance) : steps.filter(({ kind }) => kind === 'bytes')),
    { kind: 'endless', bytes: Buffer.from(chance.pick(ENDLESS).repeat(chance.pick([1, 1000]))) },
  ],
};
