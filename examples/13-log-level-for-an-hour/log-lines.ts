// Stands in for standard output: times and process ids would differ from run to run.
import { Writable } from 'node:stream';

export class LogLines extends Writable {
  override _write(line: Buffer, _encoding: string, done: () => void): void {
    const { level, msg } = JSON.parse(line.toString()) as { level: number; msg: string };
    console.log(`  [${level === 20 ? 'debug' : 'warn'}] ${msg}`);
    done();
  }
}
