import type { Config } from './config.ts';
import { HoldfastError } from './errors.ts';

/** What reading throws before there is a value: why there is none, and what to do. */
export function noValue({
  policy: { name, defaults },
  lastFailure: failure,
  state: { defaultsRefused },
  closed,
}: Config): HoldfastError {
  const why = failure ? `the last try: ${failure.error.message}` : 'no document has arrived yet';
  // what a schema says of them comes a moment later
  const alone = defaultsRefused
    ? `no whole value: the value ${defaultsRefused.message}`
    : 'not in force: they do not fit the schema, or it has not answered yet';
  const besides = defaults === undefined ? '' : `, and its defaults alone are ${alone}`;
  const todo = closed ? 'It is closed, so that none will:' : 'Await ready() first, or';
  const text = `Config ${JSON.stringify(name)} has no value: ${why}${besides}. ${todo} give defaults that are a whole value`;
  return new HoldfastError('NO_VALUE', text, { cause: failure?.error });
}
