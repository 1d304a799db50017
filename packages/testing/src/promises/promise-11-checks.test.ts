import { Secret } from '@holdfast/core';
import { createContract } from '@holdfast/core/contracts';
import { preload } from '@holdfast/core/preload';
import { secret } from '@holdfast/core/zod';
import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

beforeAll(preload);

/** As it is in the value: a `Secret`, or the text itself. */
const bare = (value: unknown): unknown => (value instanceof Secret ? value.reveal() : value);

const document = (open: boolean) => ({ db: { token: 'hunter2', pin: 4711, open } });

/** However the secrets are told, all that can be seen while `check` refuses. */
async function seen(way: object, check: (app: App) => void): Promise<string> {
  const lines: string[] = [];
  const write = (line: string, fields: unknown) =>
    void lines.push(`${line} ${JSON.stringify(fields)}`);
  const logger = { debug: write, info: write, warn: write, error: write };
  const { manager, clock } = createTestManager({ logger });
  const record = recordEvents(manager);
  const loader = mockLoader({ value: document(true) });
  const app = register(manager, { loader, ...way });
  await clock.advance(1);
  check(app);
  loader.next(document(false));
  const outcome = app.refresh();
  await clock.advance(1);
  expect(await outcome).toMatchObject({ kind: 'refused', error: { code: 'CHECK_FAILED' } });
  const { error } = record.of('document.refused').at(-1)!;
  await manager.close();
  return [error.message, error.stack, JSON.stringify(app.status), ...lines].join('\n');
}

const register = (manager: ReturnType<typeof createTestManager>['manager'], options: object) =>
  // oxlint-disable-next-line typescript/no-explicit-any -- of a schema or of none
  manager.register<any>('app', options as never);
type App = ReturnType<typeof register>;

const WAYS = {
  'secret() of a schema': {
    schema: z.object({
      db: z.object({ token: secret(z.string()), pin: secret(z.number()), open: z.boolean() }),
    }),
  },
  'Secret in a transformation': {
    schema: z.object({
      db: z
        .object({ token: z.string(), pin: z.number(), open: z.boolean() })
        .transform(({ token, pin, open }) => ({
          token: new Secret(token),
          pin: new Secret(pin),
          open,
        })),
    }),
  },
  'the option secrets': { secrets: ['db.token', 'db.pin'] },
};

/** Refuses what is not open, and quotes the secrets beside it. */
const quoting = createContract({
  name: 'pool',
  schema: z.any().superRefine((value, context) => {
    const { open, token, pin } = value.db ?? value;
    if (open) return;
    for (const text of [token, pin].map(bare))
      context.addIssue({ code: 'custom', path: ['open'], message: `bad beside ${String(text)}` });
  }),
});

for (const [name, way] of Object.entries(WAYS)) {
  test.each(['', 'db'])(
    `promise 11: a required contract at "%s" that quotes secrets shows none of ${name}`,
    async (path) => {
      const text = await seen(way, (app) => app.contract(quoting, { required: true, path }));
      expect(text).toMatch(/refused by contract "pool": .*open: custom; open: custom;/);
      expect(text).not.toMatch(/hunter2|4711/);
    },
  );

  test(`promise 11: what a rule throws shows none of ${name}`, async () => {
    const isJson = ({ token, open }: { token: unknown; open: boolean }): boolean =>
      open || Boolean(JSON.parse(String(bare(token))));
    const rule = await seen(way, (app) => app.rule('db', isJson as never, 'must be JSON'));
    expect(rule).toContain('it could not be checked: it threw (SyntaxError)');
    expect(rule).not.toMatch(/hunter2|4711/);
  });
}

test('promise 11: what compatible() throws shows no secret', async () => {
  const contract = createContract({
    name: 'pool',
    schema: z.unknown(),
    compatible: (version) => Boolean(JSON.parse(String(version))),
  });
  const { manager, clock } = createTestManager();
  const app = register(manager, {
    loader: mockLoader({ value: { version: 'hunter2' } }),
    secrets: ['version'],
  });
  await clock.advance(1);
  expect(() => app.contract(contract).current).toThrow(
    'Contract "pool" on config "app" cannot tell whether it can read the document: compatible() threw (SyntaxError)',
  );
});
