import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meaningOf, type Terms } from './message.ts';
import { pathId } from './options.ts';

const paths = [['features', 'search'], ['logLevel']];
const overrides = {
  target: () => expect.fail('the target was asked'),
  allowed: new Set(paths.map(pathId)),
  ttlMs: 60_000,
  featuresAt: ['features'],
  logLevelAt: ['logLevel'],
};
const all: Terms = { config: 'app', acceptDocuments: true, overrides };
const none: Terms = { config: undefined, acceptDocuments: false, overrides: undefined };

const meaning = (message: unknown, terms: Terms = all) =>
  meaningOf(typeof message === 'string' ? message : JSON.stringify(message), terms);

test('meaningOf() knows the four messages', () => {
  expect(meaning({ type: 'reload' })).toEqual({ kind: 'changed' });
  expect(meaning({ type: 'update_config', config_data: { a: 1 } })).toEqual({
    kind: 'document',
    document: { a: 1 },
  });
  expect(meaning({ type: 'set_feature', feature: 'search', enabled: true })).toEqual({
    kind: 'override',
    type: 'set_feature',
    path: ['features', 'search'],
    value: true,
    ttlMs: 60_000,
  });
  expect(meaning({ type: 'set_log_level', level: 'debug', ttl_ms: 5 })).toEqual({
    kind: 'override',
    type: 'set_log_level',
    path: ['logLevel'],
    value: 'debug',
    ttlMs: 5,
  });
});

test('meaningOf() takes a document for a poke unless documents are accepted', () => {
  const message = { type: 'update_config', config_data: { a: 1 } };
  expect(meaning(message, none)).toEqual({ kind: 'changed' });
  expect(meaning({ type: 'update_config' })).toEqual({ kind: 'changed' });
});

test('meaningOf() passes over what is about another config', () => {
  const message = { type: 'reload', config_name: 'db' };
  expect(meaning(message)).toEqual({ kind: 'nothing' });
  expect(meaning({ ...message, config_name: 'app' })).toEqual({ kind: 'changed' });
  expect(meaning(message, none)).toEqual({ kind: 'changed' });
});

test('meaningOf() takes neither a document nor an override of a config by name where it knows no name', () => {
  const nameless: Terms = { ...all, config: undefined };
  const document = { type: 'update_config', config_data: { a: 1 } };
  const wish = { type: 'set_feature', feature: 'search', enabled: true };
  expect(meaning({ ...document, config_name: 'billing' }, nameless)).toEqual({ kind: 'changed' });
  expect(meaning({ ...wish, config_name: 'billing' }, nameless)).toEqual({
    kind: 'refused',
    type: 'set_feature',
    why: 'it names a config, and no config is given here',
  });
  expect(meaning(document, nameless).kind).toBe('document');
  expect(meaning(wish, nameless).kind).toBe('override');
  expect(meaning({ type: 'registered', config_name: 'billing' }, nameless).kind).toBe('nothing');
});

test.each<[string, object]>([
  ['a path that is not allowed', { type: 'set_feature', feature: 'billing', enabled: true }],
  ['a path into another one', { type: 'set_feature', feature: 'search.deep', enabled: true }],
  ['__proto__', { type: 'set_feature', feature: '__proto__', enabled: true }],
  ['a feature that is no text', { type: 'set_feature', feature: ['search'], enabled: true }],
  ['a feature without a value', { type: 'set_feature', feature: 'search' }],
  ['a value that is no flag', { type: 'set_feature', feature: 'search', enabled: 'yes' }],
  ['a level that is an object', { type: 'set_log_level', level: { a: 1 } }],
  ['a level of lines', { type: 'set_log_level', level: 'debug\nroot' }],
  ['a ttl of 0', { type: 'set_log_level', level: 'debug', ttl_ms: 0 }],
  ['a ttl of -1', { type: 'set_log_level', level: 'debug', ttl_ms: -1 }],
  ['a ttl that is a text', { type: 'set_log_level', level: 'debug', ttl_ms: '1' }],
  ['a ttl that is null', { type: 'set_log_level', level: 'debug', ttl_ms: null }],
])('meaningOf() refuses %s', (_, message) => {
  expect(meaning(message).kind).toBe('refused');
});

test('meaningOf() refuses overrides where they are off, and cuts a ttl that is too long', () => {
  const message = { type: 'set_log_level', level: 'debug', ttl_ms: 1e300 };
  expect(meaning(message, none)).toMatchObject({ kind: 'refused', why: 'overrides are off' });
  expect(meaning(message)).toMatchObject({ kind: 'override', ttlMs: 60_000 });
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '"reload"',
  '7',
  '{"type":7}',
  '{"type":"reload"}x',
  '{}',
  '\u0000',
])('meaningOf() makes nothing of %j', (text) => expect(meaning(text)).toEqual({ kind: 'nothing' }));

test('meaningOf() never throws, and overrides nothing but what is allowed', () => {
  const types = fc.constantFrom('reload', 'update_config', 'set_feature', 'set_log_level', 'x');
  const message = fc.record(
    {
      type: types,
      config_name: fc.constantFrom('app', 'db', 7),
      config_data: fc.jsonValue(),
      feature: fc.oneof(fc.string(), fc.constant('search'), fc.jsonValue()),
      enabled: fc.oneof(fc.boolean(), fc.jsonValue()),
      level: fc.oneof(fc.string(), fc.constant('debug')),
      ttl_ms: fc.oneof(fc.double(), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(message, fc.jsonValue()), (value) => {
      const meant = meaning(value);
      if (meant.kind !== 'override') return;
      expect(overrides.allowed).toContain(pathId(meant.path));
      expect(meant.ttlMs).toBeGreaterThanOrEqual(1);
      expect(meant.ttlMs).toBeLessThanOrEqual(60_000);
    }),
  );
});
