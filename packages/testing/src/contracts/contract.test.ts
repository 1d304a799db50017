import { describe, expect, test } from 'vitest';
import { type ContractCase, contractTests } from './contract.ts';
import { cacheContract } from './cache-contract.ts';
import type { Harness } from './harness.ts';
import { loaderContract } from './loader-contract.ts';
import { ReferenceSource, referenceHarness } from './reference-loader.fixture.ts';

const passing: ContractCase<Harness, 'hang'> = {
  name: 'it holds',
  rule: 'It has to hold.',
  needs: ['hang'],
  run: async () => {},
};

describe('contractTests()', () => {
  test('makes and disposes of one harness per run, also when the case fails', async () => {
    const told: string[] = [];
    let made = 0;
    const createHarness = (): Harness & { number: number } => {
      const number = (made += 1);
      return { number, dispose: () => void told.push(`disposed ${number}`) };
    };
    const failing = { ...passing, run: async () => Promise.reject(new Error('broken')) };
    const [one, two] = contractTests([failing, passing], createHarness);
    expect(made).toBe(0);
    await expect(one?.run()).rejects.toThrow('broken');
    await two?.run();
    expect(told).toEqual(['disposed 1', 'disposed 2']);
  });

  test('shows what is left out as skipped, with the reason, and drops no case', () => {
    const tests = contractTests(loaderContract, () => referenceHarness(), {
      without: ['watch', 'hang'],
    });
    expect(tests.length).toBe(loaderContract.length);
    const skipped = tests.filter(({ skip }) => skip).map(({ name }) => name);
    expect(skipped.length).toBe(
      loaderContract.filter(({ needs }) => needs.includes('watch') || needs.includes('hang'))
        .length,
    );
    expect(skipped).toContain('watch() ends when its signal aborts (skipped: without watch)');
  });

  test('fails a case whose needs the harness does not meet', async () => {
    const whole = referenceHarness(new ReferenceSource(), {
      decode: undefined as never,
    });
    const harness = { ...whole, publish: undefined as never };
    const tests = contractTests(loaderContract, () => harness);
    const failed: string[] = [];
    for (const { run } of tests) {
      const message = await run().then(
        () => '',
        (error: Error) => error.message,
      );
      if (message.includes(' Seen: no "')) failed.push(message);
    }
    expect(failed.length).toBe(
      loaderContract.filter(({ needs }) => needs.includes('publish') || needs.includes('decode'))
        .length,
    );
    const seen = new Set(failed.map((message) => message.replace(/.* Seen: /, '')));
    expect([...seen].toSorted()).toEqual([
      'no "decode": give the loader one, or name it in "without"',
      'no "publish": give the harness one, or name it in "without"',
    ]);
  });

  test('refuses to leave out what no case needs', () => {
    const make = (): unknown =>
      contractTests([passing], () => ({}), { without: ['hagn' as 'hang'] });
    expect(make).toThrow(
      'Cannot use "without[0]" of contractTests() as it must be "hang": current value is "hagn"',
    );
  });

  test.each<[string, unknown, unknown]>([
    ['"contract"', loaderContract[0], () => ({})],
    ['"contract[0]"', [null], () => ({})],
    ['"createHarness"', loaderContract, {}],
  ])('refuses a wrong %s', (argument, contract, createHarness) => {
    expect(() => contractTests(contract as never, createHarness as never)).toThrow(
      `Cannot use ${argument} of contractTests() as it must be`,
    );
  });

  test.each([
    ['loaderContract', loaderContract],
    ['cacheContract', cacheContract],
  ])('%s names each case once, and says why there is one', (_, contract) => {
    expect(new Set(contract.map(({ name }) => name)).size).toBe(contract.length);
    for (const { rule } of contract) expect(rule).toMatch(/^[A-Zc].+\.$/);
  });
});
