import type { Config } from './config.ts';
import { HoldfastError } from './errors.ts';

/** What reading throws before there is a value: why there is none, and what to do. */
export function noValue({ policy, lastFailure, state, closed }: Config): HoldfastError {
  const failure = lastFailure?.error;
  const why = failure ? `the last try: ${failure.message}` : 'no document has arrived yet';
  // what a schema says of them comes a moment later
  const verdict = state.defaultsRefused;
  const besides = verdict ? `: the value ${verdict.message}` : ' so far';
  const alone =
    policy.defaults === undefined ? '' : `, and its defaults alone are no whole value${besides}`;
  const text = `Config ${JSON.stringify(policy.name)} has no value: ${why}${alone}. ${closed ? 'It is closed:' : 'Await ready() first, or'} give defaults that are a whole value`;
  return new HoldfastError('NO_VALUE', text, { cause: failure });
}
