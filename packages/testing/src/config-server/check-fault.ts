import { MAX_WAIT_MS, OptionChecks } from '@holdfast/core/options';
import { checkHeader, checkHeaders } from './check-header.ts';
import { checkPath } from './check-path.ts';
import type { ConfigServerFault, FaultOptions } from './fault.ts';

type Kind = ConfigServerFault['kind'];
type Field = (option: string, value: unknown) => void;
type Fields<K extends Kind> = Omit<Extract<ConfigServerFault, { kind: K }>, 'kind'>;

const check: OptionChecks = new OptionChecks('fault() of configServer()');

const optional =
  (field: Field): Field =>
  (option, value) => {
    if (value !== undefined) field(option, value);
  };
/** The value of a header of this name. */
const valueOf =
  (name: string): Field =>
  (option, value) => {
    check.text(option, value);
    checkHeader(check, option, [name, value]);
  };
const status: Field = (option, value) => check.count(option, value, 200, 999);

/** All of it is held in memory once. */
const MAX_BOMB_BYTES = 2 ** 30;

/** What may be said of each fault beside its kind. */
const FIELDS: { readonly [K in Kind]: Readonly<Record<keyof Fields<K>, Field>> } = {
  refuse: {},
  reset: {},
  cut: {},
  drip: { everyMs: optional((option, value) => check.range(option, value, 0, MAX_WAIT_MS)) },
  hang: {
    after: optional((option, value) => check.oneOf(option, value, ['request', 'headers', 'half'])),
  },
  status: {
    status,
    retryAfter: optional((option, value) => {
      if (typeof value !== 'number') valueOf('retry-after')(option, value);
    }),
    headers: optional((option, value) => checkHeaders(check, option, value)),
    body: optional((option, value) => {
      if (typeof value !== 'string') throw check.fail(option, 'a text', value);
    }),
  },
  redirect: { to: valueOf('location'), status: optional(status) },
  'wrong-type': { type: optional(valueOf('content-type')) },
  bomb: { bytes: optional((option, value) => check.count(option, value, 1, MAX_BOMB_BYTES)) },
  'not-modified': {},
};

/** Checks a fault and which requests it meets. @throws {HoldfastError} `INVALID_OPTIONS` */
export function checkFault(fault: ConfigServerFault, options: FaultOptions): void {
  check.record('fault', fault);
  check.oneOf('fault.kind', fault.kind, Object.keys(FIELDS));
  const fields: Readonly<Record<string, Field>> = FIELDS[fault.kind];
  check.object('fault', fault, ['kind', ...Object.keys(fields)]);
  for (const [name, field] of Object.entries(fields)) {
    field(`fault.${name}`, Reflect.get(fault, name));
  }
  check.object('options', options, ['times', 'path'] satisfies (keyof FaultOptions)[]);
  const { times = Infinity, path } = options;
  if (times !== Infinity) check.count('times', times, 1);
  if (path !== undefined) checkPath(check, path);
}
