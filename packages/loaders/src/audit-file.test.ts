import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditRecord } from '@holdfast/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditFile, verifyAuditFile } from './audit-file.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-audit-'));
  path = join(folder, 'audit.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const record = (version: number, more: Partial<AuditRecord> = {}): AuditRecord => ({
  at: 1_767_225_600_000 + version,
  time: '2026-01-01T00:00:00.000Z',
  config: 'app',
  environment: '',
  action: 'config.changed',
  version,
  paths: ['pool.size', 'grüße[" "]'],
  ...more,
});

/** Appends records of these versions, as one process would. */
async function written(...versions: readonly number[]): Promise<string> {
  const file = auditFile({ path, fsync: false });
  for (const version of versions) await file.write(record(version));
  await file.close();
  return file.head!;
}

const linesOf = async (): Promise<string[]> => (await readFile(path, 'utf8')).split('\n');

/** Versions of the records in the file. */
async function versionsIn(): Promise<unknown[]> {
  const lines = (await linesOf()).flatMap((line) => {
    try {
      return [JSON.parse(line) as { record?: AuditRecord }];
    } catch {
      return [];
    }
  });
  return lines.flatMap(({ record: each }) => (each ? [each.version] : []));
}

describe('auditFile()', () => {
  test('writes one JSON line for each record, after one that begins the file', async () => {
    const head = await written(1, 2, 3);
    const lines = (await linesOf()).slice(0, -1).map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      {
        hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        begun: {
          format: 1,
          id: expect.any(String) as string,
          at: record(1).at,
          time: record(1).time,
        },
      },
      ...[1, 2, 3].map((n) => ({ hash: expect.any(String) as string, record: record(n) })),
    ]);
    expect(lines.at(-1)).toMatchObject({ hash: head });
    expect(await verifyAuditFile(path)).toEqual({ ok: true, records: 3, head, repairs: 0 });
  });

  test('goes on with the chain after a restart', async () => {
    await written(1, 2);
    await written(3);
    const head = await written(4);
    expect(await versionsIn()).toEqual([1, 2, 3, 4]);
    expect(await verifyAuditFile(path)).toEqual({ ok: true, records: 4, head, repairs: 0 });
  });

  test('goes on after a line that is longer than what is read at first', async () => {
    const file = auditFile({ path });
    await file.write(record(1, { reason: 'x'.repeat(300_000) }));
    await file.close();
    await written(2);
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, records: 2 });
  });

  test('writes in the order of the calls', async () => {
    const file = auditFile({ path });
    await Promise.all([1, 2, 3, 4, 5].map((version) => file.write(record(version))));
    await file.close();
    expect(await versionsIn()).toEqual([1, 2, 3, 4, 5]);
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, records: 5 });
  });

  test.runIf(process.geteuid)(
    'makes a file that is this user’s alone, whatever the umask',
    async () => {
      const before = process.umask(0);
      try {
        await written(1);
      } finally {
        process.umask(before);
      }
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    },
  );

  test('says which file could not be written, and why', async () => {
    const file = auditFile({ path: join(folder, 'missing', 'audit.jsonl') });
    await expect(file.write(record(1))).rejects.toMatchObject({
      code: 'AUDIT_FAILED',
      message: expect.stringMatching(
        /^Cannot write an audit record to .*missing.*ENOENT/,
      ) as string,
      cause: { code: 'ENOENT' },
    });
    await mkdir(join(folder, 'missing'));
    await file.write(record(1));
    await file.close();
  });

  test.each<[string, RegExp, () => unknown]>([
    ['a folder', /EISDIR|not a regular file/, () => mkdir(path)],
    ['a FIFO', /not a regular file/, () => execFileSync('mkfifo', [path])],
    ['a symbolic link', /ELOOP/, () => symlink(join(folder, 'elsewhere'), path)],
    ['a file of another kind', /not an audit file/, () => writeFile(path, '{"level":30}\n')],
    ['a short file of another kind', /not an audit file/, () => writeFile(path, 'x')],
    ['a file of JSON', /not an audit file/, () => writeFile(path, '{\n  "a": 1\n}\n')],
  ])('refuses %s, and does not touch it', async (_, message, make) => {
    await make();
    await expect(auditFile({ path }).write(record(1))).rejects.toThrow(message);
    const found = await stat(path).catch(() => undefined);
    expect(found?.isFile() ? (await readFile(path, 'utf8')).length < 20 : true).toBe(true);
  });

  test.each([
    [undefined, 'an object: { path }'],
    ['audit.jsonl', 'an object: { path }'],
  ])('refuses the options %s', (options, allowed) => {
    expect(() => auditFile(options as never)).toThrow(allowed);
  });

  test.each(['', 5, 'a\0b', undefined])('refuses the path %s', (wrong) => {
    expect(() => auditFile({ path: wrong as string })).toThrow('"path"');
  });
});

describe('auditFile() beside others', () => {
  test('says that somebody else writes to its file, and goes on after them', async () => {
    const one = auditFile({ path });
    const other = auditFile({ path });
    await one.write(record(1));
    await other.write(record(2));
    await expect(one.write(record(3))).rejects.toThrow('somebody else writes to it, too');
    await one.write(record(3));
    await Promise.all([one.close(), other.close()]);
    expect(await versionsIn()).toEqual([1, 2, 3]);
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, records: 3 });
  });

  test('says that its file was cut while it was open', async () => {
    const file = auditFile({ path });
    await file.write(record(1));
    const { size } = await stat(path);
    await file.write(record(2));
    await truncate(path, size);
    await expect(file.write(record(3))).rejects.toThrow('somebody has cut it');
    await file.close();
  });

  test('begins a new file where the old one was moved away, and names its last line there', async () => {
    const file = auditFile({ path });
    await file.write(record(1));
    await file.write(record(2));
    const { head } = file;
    const old = join(folder, 'audit.1.jsonl');
    await rename(path, old);
    await file.write(record(3));
    await file.close();
    expect(JSON.parse((await linesOf())[0]!)).toMatchObject({ begun: { after: head } });
    expect(await verifyAuditFile(old)).toMatchObject({ ok: true, records: 2, head });
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, records: 1 });
  });
});

describe('auditFile() after a half line', () => {
  test.each([1, 2])('closes it off and says so, wherever line %i was cut', async (line) => {
    await written(1, 2);
    const whole = await readFile(path);
    const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 10 ? [at] : []));
    const [start, end] = [ends[line - 1]! + 1, ends[line]!];
    for (let cut = start + 1; cut < end; cut += 7) {
      await writeFile(path, whole.subarray(0, cut));
      expect(await verifyAuditFile(path)).toMatchObject({ ok: false, line: line + 1 });
      const head = await written(8, 9);
      const kept = line === 1 ? [] : [1];
      expect(await versionsIn()).toEqual([...kept, 8, 9]);
      const records = kept.length + 2;
      expect(await verifyAuditFile(path)).toEqual({ ok: true, records, head, repairs: 1 });
    }
  });

  test('takes a line that only misses its end for whole', async () => {
    await written(1, 2);
    await truncate(path, (await stat(path)).size - 1);
    const head = await written(3);
    expect(await versionsIn()).toEqual([1, 2, 3]);
    expect(await verifyAuditFile(path)).toEqual({ ok: true, records: 3, head, repairs: 0 });
  });

  test('begins again where not even the first line was whole', async () => {
    await written(1);
    const whole = await readFile(path);
    const end = whole.indexOf(10);
    for (let cut = 1; cut < end; cut += 5) {
      await writeFile(path, whole.subarray(0, cut));
      await written(2);
      const head = await written(3);
      expect(await verifyAuditFile(path)).toEqual({ ok: true, records: 2, head, repairs: 1 });
    }
  });

  test('closes off what several kills in a row have left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 5 }),
        async (cuts) => {
          await rm(path, { force: true });
          await written(1);
          for (const [i, cut] of cuts.entries()) {
            const { size } = await stat(path);
            await written(i + 2);
            await truncate(path, Math.min((await stat(path)).size, size + cut));
          }
          const head = await written(100);
          expect(await verifyAuditFile(path)).toMatchObject({ ok: true, head });
          const seen = await versionsIn();
          expect([seen[0], seen.at(-1)]).toEqual([1, 100]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('verifyAuditFile()', () => {
  /** A file with a repair in it, after which there are more records. */
  async function fileWithRepair(): Promise<Buffer> {
    await written(1, 2, 3);
    await truncate(path, (await stat(path)).size - 40);
    await written(4, 5);
    return readFile(path);
  }

  const isRefused = async (bytes: Uint8Array): Promise<boolean> => {
    await writeFile(path, bytes);
    return !(await verifyAuditFile(path)).ok;
  };

  test('finds a change of any byte', async () => {
    const whole = await fileWithRepair();
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, records: 4, repairs: 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const edited = Buffer.from(whole);
          edited[at]! ^= by;
          expect(await isRefused(edited)).toBe(true);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test('finds bytes that were removed or put in anywhere', async () => {
    const whole = await fileWithRepair();
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 2 }),
        fc.integer({ min: 1, max: 600 }),
        fc.uint8Array({ maxLength: 40 }),
        async (at, count, put) => {
          const rest = whole.subarray(Math.min(at + count, whole.length - 1));
          const edited = Buffer.concat([whole.subarray(0, at), put, rest]);
          // the beginning of the file is another matter: lines that are cut off at the end
          const isBeginning = whole.subarray(0, edited.length).equals(edited);
          expect(isBeginning || (await isRefused(edited))).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('finds lines that were removed, doubled or swapped, and says where', async () => {
    await written(1, 2, 3, 4, 5);
    const lines = (await linesOf()).slice(0, -1);
    const verdict = async (edited: readonly string[]) => {
      await writeFile(path, edited.map((line) => `${line}\n`).join(''));
      return verifyAuditFile(path);
    };
    for (let i = 0; i < lines.length - 1; i++) {
      expect(await verdict(lines.toSpliced(i, 1))).toMatchObject({ ok: false, line: i + 1 });
      expect(await verdict(lines.toSpliced(i, 0, lines[i]!))).toMatchObject({
        ok: false,
        line: i + 2,
      });
      const swapped = lines.with(i, lines[i + 1]!).with(i + 1, lines[i]!);
      expect(await verdict(swapped)).toMatchObject({ ok: false, line: i + 1 });
    }
  });

  test('finds that a half line was taken out whole, or put in', async () => {
    const text = (await fileWithRepair()).toString();
    const lines = text.split('\n');
    const half = lines.findIndex((line) => line !== '' && !line.endsWith('}'));
    expect(half).toBe(3);
    await writeFile(path, lines.toSpliced(half, 1).join('\n'));
    expect(await verifyAuditFile(path)).toMatchObject({
      ok: false,
      line: 4,
      reason: expect.stringContaining('what stands before it') as string,
    });
    await writeFile(path, lines.toSpliced(half + 2, 0, lines[half]!).join('\n'));
    expect(await verifyAuditFile(path)).toMatchObject({ ok: false, line: half + 3 });
  });

  test('finds a line that was written anew with a hash that fits it', async () => {
    await written(1, 2, 3);
    const elsewhere = await readFile(path, 'utf8');
    await rm(path);
    await written(1, 9, 3);
    const lines = (await linesOf()).with(2, elsewhere.split('\n')[2]!);
    await writeFile(path, lines.join('\n'));
    expect(await verifyAuditFile(path)).toMatchObject({ ok: false, line: 3 });
  });

  test('cannot see that whole lines are missing at the end, unless it has an anchor', async () => {
    const head = await written(1, 2, 3);
    expect(await verifyAuditFile(path, { anchor: head })).toMatchObject({ ok: true });
    const lines = await linesOf();
    await writeFile(path, lines.toSpliced(3, 1).join('\n'));
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, records: 2 });
    expect(await verifyAuditFile(path, { anchor: head })).toEqual({
      ok: false,
      line: 4,
      reason: expect.stringContaining('anchor') as string,
    });
    await written(4);
    expect(await verifyAuditFile(path, { anchor: head })).toMatchObject({ ok: false });
  });

  test('still finds the anchor after more records', async () => {
    const head = await written(1, 2);
    await written(3, 4);
    expect(await verifyAuditFile(path, { anchor: head })).toMatchObject({ ok: true, records: 4 });
  });

  test.each([
    ['', 'is no line'],
    ['\n', 'is no line'],
    ['{"hash":"', 'has no end'],
    ['{"level":30}\n', 'is no line'],
  ])('refuses a file with %j', async (text, reason) => {
    await writeFile(path, text);
    expect(await verifyAuditFile(path)).toMatchObject({
      ok: false,
      line: 1,
      reason: expect.stringContaining(reason) as string,
    });
  });

  test('reads files that are larger than what is read at once', async () => {
    const file = auditFile({ path, fsync: false });
    for (let n = 1; n <= 300; n++) await file.write(record(n, { reason: 'y'.repeat(n * 10) }));
    await file.close();
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, records: 300 });
    const handle = await open(path, 'r+');
    await handle.write('z', 400_000);
    await handle.close();
    expect(await verifyAuditFile(path)).toMatchObject({ ok: false });
  });

  test('rejects where there is nothing to read, and for an anchor that is no hash', async () => {
    await expect(verifyAuditFile(path)).rejects.toMatchObject({ code: 'AUDIT_FAILED' });
    await expect(verifyAuditFile(path, { anchor: 'abc' })).rejects.toThrow('"anchor"');
    await expect(verifyAuditFile('')).rejects.toThrow('"path"');
  });
});
