import type { FuzzCase } from './case.ts';

/** What whoever runs the SDK is told of a case: nothing of its answers. */
export interface Order extends Pick<FuzzCase, 'number' | 'loader' | 'follow' | 'credential'> {
  readonly port: number;
}

/** One poll, as the SDK told of it. */
export interface PollReport {
  /** Which loads it made, counted from 1: a second try is one more. */
  readonly loads: readonly number[];
  readonly kind: string;
  /** Of the error, where there is one. */
  readonly code: string;
  readonly message: string;
  /** What the engine holds afterwards. */
  readonly document: unknown;
}

/** A case, as the SDK went through it. */
export interface Report {
  readonly number: number;
  readonly polls: readonly PollReport[];
  /** What was wrong whatever the answers were. */
  readonly findings: readonly string[];
  readonly durationMs: number;
  /** Of the whole process, in bytes. */
  readonly rss: number;
}

/** Goes through cases. */
export interface Subject extends AsyncDisposable {
  run(order: Order): Promise<Report>;
}
