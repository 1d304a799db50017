import { constants, type FileHandle, lstat, open } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { AuditRecord } from '@holdfast/core';
import { syncFolder } from '../file-cache/folder.ts';
import { throwUnless } from '../internal/system-error.ts';
import { writeAll } from '../internal/write-all.ts';
import { makeLine } from './line.ts';
import { readTail, type Tail } from './tail.ts';

/** Symbolic links are refused by the system, and opening a FIFO does not wait. Windows has neither flag. */
const FLAGS =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** A file that is open, as we left it. */
interface Opened {
  readonly handle: FileHandle;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly tail: Tail;
}

/**
 * A file of chained lines that only grows. Whatever goes wrong, it is closed, and opened anew at the next record: how it
 * ends is then read from the disk, whoever wrote or failed to write there.
 */
export class AppendFile {
  /** Hash of the last line that was written by this object. */
  head: string | undefined;
  readonly #path: string;
  readonly #fsync: boolean;
  #opened: Opened | undefined;

  constructor(path: string, fsync: boolean) {
    this.#path = path;
    this.#fsync = fsync;
  }

  async append(record: AuditRecord): Promise<void> {
    try {
      const opened = await this.#current();
      const { text, head } = this.#textOf(record, opened.tail);
      const bytes = Buffer.from(text);
      await writeAll(opened.handle, bytes);
      const size = opened.size + bytes.length;
      if (this.#fsync) await opened.handle.datasync();
      this.head = head;
      this.#opened = { ...opened, size, tail: { head, damaged: undefined, unended: false } };
    } catch (error) {
      await this.close().catch(() => {});
      throw error;
    }
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.handle.close();
  }

  /** The open file, if it is still the one at the path and as we left it. */
  async #current(): Promise<Opened> {
    if (this.#opened) {
      const { dev, ino, handle, size } = this.#opened;
      await checkSize(handle, size);
      const there = await lstat(this.#path).catch((error) => throwUnless(['ENOENT'], error));
      // it was moved away, as programs that rotate logs do: the next one begins
      if (there?.ino !== ino || there.dev !== dev) await this.close();
    }
    this.#opened ??= await this.#open();
    return this.#opened;
  }

  async #open(): Promise<Opened> {
    const handle = await open(this.#path, FLAGS, 0o600);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new Error('it is not a regular file');
      const { dev, ino, size } = stats;
      const tail = await readTail(handle, size);
      if (size === 0 && this.#fsync) await syncFolder(dirname(this.#path));
      return { handle, dev, ino, size, tail };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The record as a line, after whatever has to stand before it: one text, so that it is written in one go. */
  #textOf(record: AuditRecord, { head, damaged, unended }: Tail): { text: string; head: string } {
    const { at, time } = record;
    const begun = { format: 1, id: randomUUID(), after: this.head, at, time, damaged };
    const before =
      head === undefined
        ? makeLine('', 'begun', begun)
        : damaged && makeLine(head, 'repaired', { at, time, damaged });
    const line = makeLine(before?.hash ?? head!, 'record', record);
    return { text: `${unended ? '\n' : ''}${before?.text ?? ''}${line.text}`, head: line.hash };
  }
}

/** Whether anybody else has written to the file or cut it: a chain has one writer. */
async function checkSize(handle: FileHandle, expected: number): Promise<void> {
  const { size } = await handle.stat();
  if (size === expected) return;
  const what = size > expected ? 'somebody else writes to it, too' : 'somebody has cut it';
  throw new Error(`it has ${size} bytes instead of ${expected}: ${what}`);
}
