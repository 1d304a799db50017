import { expectTypeOf, test } from 'vitest';
import type { DeepReadonly, PathOf, ValueAt, ValueAtKeys } from './typed-path.ts';

interface Server {
  host: string;
  port?: number;
}

/** As `z.looseObject` gives them. */
interface Loose {
  [key: string]: unknown;
  port: number;
  db: { [key: string]: unknown; url: string };
  404: string;
}

type Open = [string, ...number[]];

interface App {
  name: string;
  pool: { size: number; idle: { ms: number } };
  tls?: { cert: string; ciphers?: string[] };
  proxy: { url: string } | null;
  servers: Server[];
  pair: [string, { weight: number }];
  labels: Record<string, string>;
  limits: { [route: string]: { max: number } };
  codes: { 404: string };
  'dotted.key': { inner: boolean };
  endpoint: URL;
  mode: 'a' | 'b';
  shape: { kind: 'circle'; r: number } | { kind: 'square'; side: number };
}

/** A type that refers to itself, as JSON values do. */
interface Tree {
  value: number;
  left?: Tree;
  children: Tree[];
}

test('ValueAt gives the type of a plain path', () => {
  expectTypeOf<ValueAt<App, 'name'>>().toEqualTypeOf<string>();
  expectTypeOf<ValueAt<App, 'pool'>>().toEqualTypeOf<App['pool']>();
  expectTypeOf<ValueAt<App, 'pool.size'>>().toEqualTypeOf<number>();
  expectTypeOf<ValueAt<App, 'pool.idle.ms'>>().toEqualTypeOf<number>();
  expectTypeOf<ValueAt<App, 'mode'>>().toEqualTypeOf<'a' | 'b'>();
});

test('ValueAt splits at the first dot before it looks up keys', () => {
  expectTypeOf<ValueAt<App, 'dotted.key'>>().toEqualTypeOf<undefined>();
  expectTypeOf<ValueAt<{ 'a.b': 1; a: { b: 2 } }, 'a.b'>>().toEqualTypeOf<2>();
});

test('ValueAt adds undefined below an index signature', () => {
  expectTypeOf<ValueAt<App, 'labels.team'>>().toEqualTypeOf<string | undefined>();
  expectTypeOf<ValueAt<App, 'limits.login.max'>>().toEqualTypeOf<number | undefined>();
});

test('ValueAt finds the known keys of an object that is open for others', () => {
  expectTypeOf<ValueAt<Loose, 'port'>>().toEqualTypeOf<number>();
  expectTypeOf<ValueAt<Loose, 'db.url'>>().toEqualTypeOf<string>();
  expectTypeOf<ValueAt<Loose, '404'>>().toEqualTypeOf<string>();
  expectTypeOf<ValueAt<Loose, 'other'>>().toEqualTypeOf<unknown>();
  expectTypeOf<ValueAtKeys<Loose, readonly ['db', 'url']>>().toEqualTypeOf<string>();
  expectTypeOf<ValueAt<DeepReadonly<Loose>, 'db.url'>>().toEqualTypeOf<string>();
  type Catchall = { [key: string]: number | string; port: number };
  expectTypeOf<ValueAt<Catchall, 'port'>>().toEqualTypeOf<number>();
  expectTypeOf<ValueAt<Catchall, 'other'>>().toEqualTypeOf<number | string | undefined>();
});

test('ValueAt tells the places of an open tuple apart', () => {
  expectTypeOf<ValueAt<{ t: Open }, 't.0'>>().toEqualTypeOf<string>();
  expectTypeOf<ValueAt<{ t: Open }, 't.1'>>().toEqualTypeOf<string | number | undefined>();
  expectTypeOf<ValueAt<{ t: DeepReadonly<Open> }, 't.0'>>().toEqualTypeOf<string>();
});

test('ValueAt adds undefined for items of arrays, not for those of tuples', () => {
  expectTypeOf<ValueAt<App, 'servers.0'>>().toEqualTypeOf<Server | undefined>();
  expectTypeOf<ValueAt<App, 'servers.0.host'>>().toEqualTypeOf<string | undefined>();
  expectTypeOf<ValueAt<App, 'servers.push'>>().toEqualTypeOf<Server | undefined>();
  expectTypeOf<ValueAt<App, 'servers.0.port'>>().toEqualTypeOf<number | undefined>();
  expectTypeOf<ValueAt<App, 'pair.0'>>().toEqualTypeOf<string>();
  expectTypeOf<ValueAt<App, 'pair.1.weight'>>().toEqualTypeOf<number>();
  expectTypeOf<ValueAt<App, 'pair.2'>>().toEqualTypeOf<undefined>();
});

test('ValueAt adds undefined below optional and nullable parents', () => {
  expectTypeOf<ValueAt<App, 'tls'>>().toEqualTypeOf<App['tls'] | undefined>();
  expectTypeOf<ValueAt<App, 'tls.cert'>>().toEqualTypeOf<string | undefined>();
  expectTypeOf<ValueAt<App, 'tls.ciphers.0'>>().toEqualTypeOf<string | undefined>();
  expectTypeOf<ValueAt<App, 'proxy'>>().toEqualTypeOf<{ url: string } | null>();
  expectTypeOf<ValueAt<App, 'proxy.url'>>().toEqualTypeOf<string | undefined>();
});

test('ValueAt gives undefined where there is nothing', () => {
  expectTypeOf<ValueAt<App, 'nope'>>().toEqualTypeOf<undefined>();
  expectTypeOf<ValueAt<App, 'name.length'>>().toEqualTypeOf<undefined>();
  expectTypeOf<ValueAt<App, 'endpoint.href'>>().toEqualTypeOf<undefined>();
});

test('ValueAt finds keys that are numbers, and members of some variants of a union', () => {
  expectTypeOf<ValueAt<App, 'codes.404'>>().toEqualTypeOf<string>();
  expectTypeOf<ValueAt<App, 'shape.kind'>>().toEqualTypeOf<'circle' | 'square'>();
  expectTypeOf<ValueAt<App, 'shape.r'>>().toEqualTypeOf<number | undefined>();
});

test('ValueAt is unknown below unknown', () => {
  expectTypeOf<ValueAt<unknown, 'a.b'>>().toEqualTypeOf<unknown>();
  expectTypeOf<ValueAt<{ any: unknown }, 'any.b'>>().toEqualTypeOf<unknown>();
});

test('ValueAt follows a type that refers to itself', () => {
  expectTypeOf<ValueAt<Tree, 'left.left.value'>>().toEqualTypeOf<number | undefined>();
  expectTypeOf<ValueAt<Tree, 'children.0.children.1.value'>>().toEqualTypeOf<number | undefined>();
});

test('ValueAtKeys takes keys with dots, numbers and the top', () => {
  expectTypeOf<ValueAtKeys<App, readonly ['dotted.key', 'inner']>>().toEqualTypeOf<boolean>();
  expectTypeOf<ValueAtKeys<App, readonly ['servers', 0, 'host']>>().toEqualTypeOf<
    string | undefined
  >();
  expectTypeOf<ValueAtKeys<App, readonly ['pair', 1, 'weight']>>().toEqualTypeOf<number>();
  expectTypeOf<ValueAtKeys<App, readonly ['tls', 'cert']>>().toEqualTypeOf<string | undefined>();
  expectTypeOf<ValueAtKeys<App, readonly []>>().toEqualTypeOf<App>();
  expectTypeOf<ValueAtKeys<App, readonly ['nope', 'x']>>().toEqualTypeOf<undefined>();
  expectTypeOf<ValueAtKeys<unknown, readonly ['a', 0]>>().toEqualTypeOf<unknown>();
});

test('ValueAtKeys is unknown for a path that is only known at run time', () => {
  expectTypeOf<ValueAtKeys<App, readonly string[]>>().toEqualTypeOf<unknown>();
});

test('PathOf completes every path and no other', () => {
  expectTypeOf<PathOf<{ a: { b: { c: 1 } }; d: string }>>().toEqualTypeOf<
    'a' | 'a.b' | 'a.b.c' | 'd'
  >();
  expectTypeOf<'pool.idle.ms'>().toExtend<PathOf<App>>();
  expectTypeOf<'tls.cert'>().toExtend<PathOf<App>>();
  expectTypeOf<'proxy.url'>().toExtend<PathOf<App>>();
  expectTypeOf<'servers.12.host'>().toExtend<PathOf<App>>();
  expectTypeOf<'labels.anything'>().toExtend<PathOf<App>>();
  expectTypeOf<'limits.login.max'>().toExtend<PathOf<App>>();
  expectTypeOf<'codes.404'>().toExtend<PathOf<App>>();
  expectTypeOf<'pol.size'>().not.toExtend<PathOf<App>>();
  expectTypeOf<'pool.sise'>().not.toExtend<PathOf<App>>();
  expectTypeOf<'name.length'>().not.toExtend<PathOf<App>>();
  expectTypeOf<'servers.length'>().not.toExtend<PathOf<App>>();
  expectTypeOf<'endpoint.href'>().not.toExtend<PathOf<App>>();
  expectTypeOf<''>().not.toExtend<PathOf<App>>();
});

test('PathOf completes known keys beside any other text', () => {
  type Flat = { [key: string]: number; port: number };
  expectTypeOf<PathOf<Flat>>().toEqualTypeOf<'port' | (string & {})>();
  expectTypeOf<'db.whatever'>().toExtend<PathOf<Loose>>();
});

test('PathOf is any text below unknown, and ends for a type that refers to itself', () => {
  expectTypeOf<PathOf<unknown>>().toEqualTypeOf<string>();
  expectTypeOf<'left.left.left.value'>().toExtend<PathOf<Tree>>();
  expectTypeOf<'left.left.left.valu'>().not.toExtend<PathOf<Tree>>();
});

test('DeepReadonly is read-only at every depth and leaves leaves alone', () => {
  type Frozen = DeepReadonly<App>;
  expectTypeOf<Frozen['pool']>().toEqualTypeOf<{
    readonly size: number;
    readonly idle: { readonly ms: number };
  }>();
  expectTypeOf<Frozen['servers'][number]>().toEqualTypeOf<{
    readonly host: string;
    readonly port?: number;
  }>();
  expectTypeOf<Frozen['servers']>().not.toHaveProperty('push');
  expectTypeOf<Frozen['pair']>().toEqualTypeOf<readonly [string, { readonly weight: number }]>();
  expectTypeOf<DeepReadonly<Open>>().toEqualTypeOf<readonly [string, ...number[]]>();
  expectTypeOf<DeepReadonly<[...{ a: 1 }[], 2]>>().toEqualTypeOf<
    readonly [...{ readonly a: 1 }[], 2]
  >();
  expectTypeOf<Frozen['endpoint']>().toEqualTypeOf<URL>();
  expectTypeOf<Frozen['labels']>().toEqualTypeOf<{ readonly [x: string]: string }>();
  expectTypeOf<DeepReadonly<unknown>>().toEqualTypeOf<unknown>();
  expectTypeOf<DeepReadonly<Tree>['children'][0]['value']>().toEqualTypeOf<number>();
  expectTypeOf<ValueAt<Frozen, 'servers.0.host'>>().toEqualTypeOf<string | undefined>();
  expectTypeOf<ValueAt<Frozen, 'pair.1.weight'>>().toEqualTypeOf<number>();
});
