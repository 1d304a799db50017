import { Writable } from 'node:stream';

/** Counts log lines instead of printing thousands of them. */
export class LogLines extends Writable {
  count = 0;

  override _write(lines: Buffer, _encoding: string, done: () => void): void {
    this.count += lines.toString().trimEnd().split('\n').length;
    done();
  }
}
