import { chanceOf, type FleetKind } from './fleets.ts';
import { outage, OUTAGE, overload, OVERLOAD } from './scenarios.ts';
import { type Load, simulate } from './simulate.ts';

/** Requests a second, as multiples of the fleet's mean when all is well. */
export interface FleetFigures {
  /** When all is well. */
  readonly meanASecond: number;
  /** Peak in the two minutes after the deploy. */
  readonly deploy: number;
  /** Peak from the second interval on. */
  readonly steady: number;
  /** Mean during the outage. */
  readonly outage: number;
  readonly outagePeak: number;
  /** Peak in the two minutes after the outage. */
  readonly recovery: number;
  /** Peak later. */
  readonly later: number;
}

/** What an origin sees of a fleet through a deploy, good minutes, an outage and the time after it. */
export function figuresOf(kind: FleetKind, clients: number): FleetFigures {
  const { asked } = playOutage(kind, clients);
  const mean = meanOf(asked, 5, OUTAGE.from);
  const { from, to, end } = OUTAGE;
  return {
    meanASecond: mean,
    deploy: peakOf(asked, 0, 2) / mean,
    steady: peakOf(asked, 1, from) / mean,
    outage: meanOf(asked, from, to) / mean,
    outagePeak: peakOf(asked, from, to) / mean,
    recovery: peakOf(asked, to, to + 2) / mean,
    later: peakOf(asked, to + 2, end) / mean,
  };
}

/** What an origin sees that has room for five quarters of the load it had, when the load doubles. */
export interface OverloadFigures {
  /** Requests while it is too small, as multiples of what as many clients ask when all is well. */
  readonly asked: number;
  /** Share of those requests that it refuses. */
  readonly refused: number;
  /** Peak in the two minutes after there is room for all, as a multiple of what all ask when all is well. */
  readonly recovery: number;
}

/** @param usual Requests a second of all clients when all is well. */
export function overloadOf(kind: FleetKind, clients: number, usual: number): OverloadFigures {
  const { asked, served } = playOverload(kind, clients, usual);
  const { from, to } = OVERLOAD;
  // the first minute is that of the starts
  const during = meanOf(asked, from + 1, to);
  return {
    asked: during / usual,
    refused: 1 - meanOf(served, from + 1, to) / during,
    recovery: peakOf(asked, to, to + 2) / usual,
  };
}

/** Deploy, good minutes, outage, recovery. */
export function playOutage(kind: FleetKind, clients: number): Load {
  const random = chanceOf(kind);
  return simulate(kind.make(clients, random), outage(clients, random));
}

/** An origin that is too small for a while. */
export function playOverload(kind: FleetKind, clients: number, usual: number): Load {
  const random = chanceOf(kind);
  return simulate(kind.make(clients, random), overload(clients, usual / 2, random));
}

/** The busiest second between two minutes. */
function peakOf(perSecond: Uint32Array, from: number, to: number): number {
  return perSecond.subarray(from * 60, to * 60).reduce((a, b) => Math.max(a, b), 0);
}

/** Requests a second between two minutes. */
export function meanOf(perSecond: Uint32Array, from: number, to: number): number {
  return perSecond.subarray(from * 60, to * 60).reduce((a, b) => a + b, 0) / ((to - from) * 60);
}
