import { dirname, join, normalize } from 'node:path/posix';

/** The layers of `packages/core/src`, highest first: files by name, folders with a slash at the end. */
export const CORE_LAYERS: readonly (readonly string[])[] = [
  [
    'index.ts',
    'cloud-events.ts',
    'contracts.ts',
    'json.ts',
    'memory-cache.ts',
    'options.ts',
    'preload.ts',
    'zod.ts',
    'metrics.ts',
    'scope.ts',
  ],
  [
    'manager.ts',
    'audit.ts',
    'operated-manager.ts',
    'handle.ts',
    'overlaid-view.ts',
    'contract.ts',
    'operated-view.ts',
    'no-value.ts',
    'view.ts',
    'source-view.ts',
    'status-of.ts',
    'summary.ts',
    'describe.ts',
    'log.ts',
    'outages.ts',
    'ready.ts',
    'readiness-of.ts',
    'iterate-changes.ts',
    'metrics/',
  ],
  ['config.ts'],
  ['fed-config.ts', 'config-health.ts', 'feeding.ts'],
  ['polling/'],
  ['operate/'],
  ['cycle/'],
  ['lazy-base.ts'],
  ['schedule/'],
  ['events.ts', 'event-hub.ts', 'subscriptions.ts', 'wakeup.ts'],
  ['state/'],
  ['options/'],
  ['outcome.ts'],
  ['document/'],
  ['libraries.ts'],
  ['lazily.ts'],
  ['ports/'],
  ['errors.ts'],
];

/** Source text by path, relative to the package's `src`. */
export type Sources = ReadonlyMap<string, string>;

const COMMENT = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;
const IMPORT = /(?<!['"])\bfrom\s*['"]([^'"\n]+)['"]|\bimport\s*\(?\s*['"]([^'"\n]+)['"]/g;

/** Every module that `source` imports or re-exports, of types too and at any time. */
export function importsOf(source: string): string[] {
  return [...source.replace(COMMENT, '').matchAll(IMPORT)].map((match) => match[1] ?? match[2]!);
}

/** Imports that go up in `layers`, round in a circle, or out of them; and files that no layer holds. */
export function layerViolations(sources: Sources, layers = CORE_LAYERS): string[] {
  const problems: string[] = [];
  const beside = new Map<string, string[]>();
  for (const [path, source] of sources) {
    const rank = rankOf(path, layers);
    if (rank === -1) problems.push(`${path} fits no layer: move it, or add it to tools/layers.ts`);
    for (const target of localImports(path, source)) {
      if (target.startsWith('..')) problems.push(`${path} imports ${target}, outside its package`);
      const below = rankOf(target, layers);
      if (below === -1 || rank === -1) continue;
      if (below < rank) problems.push(`${path} imports ${target}, which is a higher layer`);
      if (below === rank) beside.set(path, [...(beside.get(path) ?? []), target]);
    }
  }
  return [...problems, ...circles(beside)];
}

/** Imports that go round in a circle, in a package without layers. */
export function circlesIn(sources: Sources): string[] {
  const imports = [...sources].map(([path, source]) => [path, localImports(path, source)] as const);
  return circles(new Map(imports));
}

/** What a package may import by name. */
export interface ImportRules {
  /** Of its package.json: dependencies and peers. */
  readonly dependencies: readonly string[];
  /** Whole specifiers of other packages of this repository. */
  readonly entries: readonly string[];
  /** Whether Node's own modules are there. */
  readonly node: boolean;
}

/** Imports by name that a package has no right to. */
export function packageViolations(sources: Sources, rules: ImportRules): string[] {
  return [...sources].flatMap(([path, source]) =>
    importsOf(source)
      .filter((specifier) => !specifier.startsWith('.') && !isAllowed(specifier, rules))
      .map((specifier) => `${path} imports ${specifier}, which is no entry and no dependency`),
  );
}

function isAllowed(specifier: string, { dependencies, entries, node }: ImportRules): boolean {
  if (specifier.startsWith('node:')) return node;
  if (specifier.startsWith('@holdfast/')) return entries.includes(specifier);
  return dependencies.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}

function rankOf(path: string, layers: readonly (readonly string[])[]): number {
  return layers.findIndex((layer) =>
    layer.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place)),
  );
}

function localImports(path: string, source: string): string[] {
  return importsOf(source)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => normalize(join(dirname(path), specifier)));
}

/** Circles in a graph, each told once, from the file at which it was met. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) found.push(`${[...trail.slice(start), path].join(' → ')} is a circle`);
    if (start !== -1 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}
