import { share } from '../document/share.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Inputs } from '../state/inputs.ts';

/** All that waits. */
type WaitingPlaces = Pick<ConfigState, 'waiting' | 'cached'>;

/**
 * What still waits beside other inputs: no document that is in force with them. Of what was there before the restart:
 * who pins everything pins what is in force now, and what an operator puts in force of a source takes its place.
 *
 * @param back What waited then, for who only goes back.
 */
export function stillWaiting(
  { documents, pin }: Inputs,
  state: ConfigState,
  back: Partial<WaitingPlaces>,
): WaitingPlaces {
  const anew = back.cached === undefined && pin?.kind === 'all' && pin !== state.inputs.pin;
  const { waiting, cached } = { ...state, ...back };
  const left = (
    those: WaitingPlaces['waiting'],
    goes: (source: number) => boolean,
  ): WaitingPlaces['waiting'] =>
    those.some((one, source) => one && goes(source))
      ? those.map((one, source) => (goes(source) ? undefined : one))
      : those;
  const isInForce = (source: number): boolean => {
    const [raw, own] = [documents[source]?.raw, waiting[source]?.document.raw];
    return raw !== undefined && own !== undefined && share(raw, own) === raw;
  };
  return {
    waiting: left(waiting, isInForce),
    cached: left(cached, (source) => anew || documents[source] !== undefined),
  };
}
