import type { Config } from './config.ts';
import { HoldfastError } from './errors.ts';

/** What reading throws before there is a value: why there is none, and what to do. */
export function noValue({
  policy,
  lastFailure: failure,
  state: { defaultsRefused },
}: Config): HoldfastError {
  const why = failure ? `the last try: ${failure.error.message}` : 'no document has arrived yet';
  const alone = defaultsRefused
    ? `, and its defaults alone are no whole value: the value ${defaultsRefused.message}`
    : '';
  const text = `Config ${JSON.stringify(policy.name)} has no value: ${why}${alone}. Await ready() first, or give defaults that are a whole value`;
  return new HoldfastError('NO_VALUE', text, { cause: failure?.error });
}
