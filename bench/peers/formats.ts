/** How far a document is from its first version. */
export interface Edits {
  /** A leaf at the top was changed so often; in formats that have none, one of the first entry. */
  readonly top: number;
  /** A leaf of the first entry was changed so often. */
  readonly leaf: number;
  /** All leaves were changed so often. */
  readonly all: number;
}

/** Who reads a document: ours is plain, each peer has a format of its own. */
export type Format = 'configcat' | 'growthbook' | 'launchdarkly' | 'plain' | 'unleash';

/** One entry of every format, as services have them. */
function service(i: number, { leaf, all }: Edits): object {
  return {
    url: `http://service-${i}.internal:8080/api${all > 0 ? `/${all}` : ''}`,
    timeoutMs: 1000 + (i % 50) + all + (i === 0 ? leaf : 0),
    enabled: (i + all) % 3 !== 0,
    weight: i / 7 + all,
    tags: [`blue${all > 0 ? all : ''}`, `zone-${(i + all) % 9}`],
    retry: { attempts: 3 + all, backoff: all > 0 ? `exponential-${all}` : 'exponential' },
  };
}

/** Makes of so many named entries what a client of the format reads. */
const FORMATS: Readonly<Record<Format, (entries: [string, object][], edits: Edits) => object>> = {
  plain: (entries, { top }) => ({ revision: top, services: Object.fromEntries(entries) }),
  configcat: (entries) => ({
    p: { u: '', r: 0, s: 'c2FsdA==' },
    f: Object.fromEntries(
      entries.map(([name, value], i) => [
        name,
        { t: 1, v: { s: JSON.stringify(value) }, i: `v${i}` },
      ]),
    ),
  }),
  growthbook: (entries, { leaf, all }) => ({
    status: 200,
    features: Object.fromEntries(entries.map(([name, value]) => [name, { defaultValue: value }])),
    dateUpdated: new Date(1e12 + leaf * 1000 + all * 1e6).toISOString(),
  }),
  launchdarkly: (entries, { leaf, all }) => ({
    flags: Object.fromEntries(
      entries.map(([key, value], i) => [
        key,
        {
          key,
          version: 1 + all + (i === 0 ? leaf : 0),
          on: true,
          fallthrough: { variation: 0 },
          variations: [value],
          salt: 'salt',
        },
      ]),
    ),
    segments: {},
  }),
  unleash: (entries) => ({
    version: 2,
    features: entries.map(([name, value]) => ({
      name,
      type: 'release',
      enabled: true,
      project: 'default',
      strategies: [{ name: 'default', parameters: {} }],
      variants: [
        {
          name: 'value',
          weight: 1000,
          payload: { type: 'json', value: JSON.stringify(value) },
        },
      ],
    })),
  }),
};

/** A document of about `bytes` bytes; every version has as many entries as the first one. */
export function documentIn(format: Format, bytes: number, edits: Edits): string {
  const make = (count: number, { top, leaf, all }: Edits): string => {
    const inEntries = format === 'plain' ? { top, leaf, all } : { top: 0, leaf: top + leaf, all };
    const entries = Array.from({ length: count }, (_, i): [string, object] => [
      `service-${i}`,
      service(i, inEntries),
    ]);
    return JSON.stringify(FORMATS[format](entries, { ...inEntries, top }));
  };
  const sample = 200;
  const sampleBytes = make(sample, { top: 0, leaf: 0, all: 0 }).length;
  return make(Math.max(8, Math.round((bytes * sample) / sampleBytes)), edits);
}
