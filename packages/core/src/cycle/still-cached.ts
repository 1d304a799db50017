import type { ConfigState } from '../state/config-state.ts';
import type { Inputs } from '../state/inputs.ts';

/**
 * What of before the restart still waits beside other inputs: who pins everything pins what is in force now, and what an
 * operator puts in force of a source takes its place.
 *
 * @param back What waited then, for who only goes back.
 */
export function stillCached(
  { documents, pin }: Inputs,
  { inputs, cached }: ConfigState,
  back: ConfigState['cached'] | undefined,
): ConfigState['cached'] {
  const anew = back === undefined && pin?.kind === 'all' && pin !== inputs.pin;
  const those = back ?? cached;
  const goes = those.some((waiting, source) => waiting && (anew || documents[source]));
  return goes ? those.map((one, source) => (anew || documents[source] ? undefined : one)) : those;
}
