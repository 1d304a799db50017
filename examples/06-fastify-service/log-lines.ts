// Stands in for standard output: under load, thousands of lines are better counted than printed.
import { Writable } from 'node:stream';

export class LogLines extends Writable {
  count = 0;

  override _write(lines: Buffer, _encoding: string, done: () => void): void {
    this.count += lines.toString().trimEnd().split('\n').length;
    done();
  }
}
