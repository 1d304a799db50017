import type { Config } from './config.ts';
import { HoldfastError } from './errors.ts';

/** What reading throws before there is a value: why there is none, and what to do. */
export function noValue({ policy, lastFailure, state, closed }: Config): HoldfastError {
  const cause = lastFailure?.error;
  const tried = cause?.message ?? 'no document yet';
  const has = policy.defaults === undefined ? 'no defaults' : 'its defaults give none';
  // what a schema says of them comes a moment later
  const verdict = state.defaultsRefused;
  const why = verdict ? `: the value ${verdict.message}` : '';
  const todo = closed ? '' : '. Await ready() first';
  const text = `Config ${JSON.stringify(policy.name)} has no value: ${tried}; ${has}${why}${todo}`;
  return new HoldfastError('NO_VALUE', text, { cause });
}
