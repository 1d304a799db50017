import { createHash } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { resourceId } from './resource-id.ts';

afterEach(() => vi.unstubAllGlobals());

test('resourceId() is the SHA-256 of the URL', async () => {
  const href = 'https://config.test/app.json?t=ü';
  expect(await resourceId(href)).toBe(createHash('sha256').update(href).digest('hex'));
});

test('resourceId() has none where the page is not secure', async () => {
  vi.stubGlobal('crypto', {});
  expect(await resourceId('http://config.test/')).toBeUndefined();
});
