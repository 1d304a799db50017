import type { AuditSink } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { AppendFile } from './audit-file/append-file.ts';
import { type AuditFileVerdict, verifyLines } from './audit-file/verify.ts';
import { checkOptions } from './internal/check-options.ts';
import { checkPath } from './internal/check-path.ts';
import { KeyQueue } from './internal/key-queue.ts';
import { systemErrors } from './internal/system-error.ts';

export type { AuditFileVerdict } from './audit-file/verify.ts';

/** What `auditFile()` must be told. */
export interface AuditFileOptions {
  /**
   * The file, of this process alone. It is made (0600) at the first record; its folder has to be there. A relative path
   * starts at the working directory of the moment at which the sink is created.
   */
  readonly path: string | URL;
  /** Whether each record is on the disk before the next one, and not only with the system. @default {true} */
  readonly fsync?: boolean;
}

/** A sink that writes to a file. */
export interface AuditFile extends AuditSink {
  /**
   * Hash of the last line that this sink has written; undefined before the first one. Kept where nobody can change it, it
   * shows later that nothing was cut off: `verifyAuditFile(path, { anchor })`.
   */
  readonly head: string | undefined;
  /** Closes the file; the next record opens it again. */
  close(): Promise<void>;
}

/**
 * Writes audit records to a file, one JSON line each, chained by hashes: an edit, a removal or a swap of lines shows in
 * {@link verifyAuditFile}. Lines are only ever appended. The chain goes on after a restart; the half line of a process that
 * was killed, or of a full disk, is closed off by a line that says so. A file that was moved away is followed by a new one,
 * whose first line names the last one of the file before.
 *
 * Whatever fails rejects with a `HoldfastError` `AUDIT_FAILED` that names the path and the system's code (`ENOSPC`,
 * `EACCES`, …); the manager tells of it and tries again.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function auditFile(options: AuditFileOptions): AuditFile {
  const check = new OptionChecks('auditFile()');
  checkOptions(check, options, { example: '{ path }', known: ['path', 'fsync'] });
  const { fsync = true } = options;
  const { path } = checkPath(check, 'path', options.path);
  check.flag('fsync', fsync);
  const file = new AppendFile(path, fsync);
  const queue = new KeyQueue();
  return {
    get head() {
      return file.head;
    },
    write: (record) =>
      systemErrors('AUDIT_FAILED', `write an audit record to ${path}`, () =>
        queue.run('', () => file.append(record)),
      ),
    close: () =>
      systemErrors('AUDIT_FAILED', `close ${path}`, () => queue.run('', () => file.close())),
  };
}

/** What {@link verifyAuditFile} can be told. */
export interface VerifyAuditFileOptions {
  /** Hash of a line that must be there: an earlier `head`. Without it nobody sees whole lines that are missing at the end. @default {none} */
  readonly anchor?: string;
}

/**
 * Verifies a file of `auditFile()`: finds every change of what stands in it, and every line that was removed, added or
 * moved. The chain has no key, so whoever may write the file can make another one that is right in itself: only an anchor
 * that is kept elsewhere shows that.
 *
 * @throws {HoldfastError} `AUDIT_FAILED` when the file cannot be read; `INVALID_OPTIONS`.
 */
export async function verifyAuditFile(
  path: string | URL,
  options: VerifyAuditFileOptions = {},
): Promise<AuditFileVerdict> {
  const check = new OptionChecks('verifyAuditFile()');
  const known = ['anchor'] satisfies (keyof VerifyAuditFileOptions)[];
  checkOptions(check, options, { example: '{ anchor }', known });
  const { anchor } = options;
  if (anchor !== undefined && !(typeof anchor === 'string' && /^[0-9a-f]{64}$/.test(anchor)))
    throw check.fail('anchor', 'a hash of 64 digits (0-9, a-f)', anchor);
  const { path: file } = checkPath(check, 'path', path);
  return systemErrors('AUDIT_FAILED', `verify ${file}`, () => verifyLines(file, anchor));
}
