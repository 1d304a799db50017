import { decodeUtf8, parseJson } from '@holdfast/core/json';
import { treeOf, type TreePolicy } from '../env/tree.ts';
import { parseDotEnv } from './dot-env.ts';
import { placeOf } from './fault.ts';
import type { FileFormat } from './format-of.ts';
import { parseIni } from './ini.ts';
import { json5, parseJson5 } from './json5.ts';
import { parseToml, smolToml } from './toml.ts';
import { parseYaml, yaml } from './yaml.ts';

/** How one format is read. */
interface Reader {
  /** Loads the library, where there is one. Rejects with a `LoadError` that says what to install. */
  readonly prepare?: () => Promise<unknown>;
  /** May throw what the engine refuses a document for. Values need not be JSON: the engine copies them as JSON. */
  readonly parse: (bytes: Uint8Array) => unknown;
}

const PLAIN = { coerce: true, texts: new Set<string>() };
/** The quotes of a `.env` file are not a part of the text. */
const ENV: TreePolicy = { ...PLAIN, asText: `write it as '"…"', in quotes of both kinds` };
const INI: TreePolicy = { ...PLAIN, asText: 'write it in double quotes' };

/** All formats, and how each is read. */
export const READERS: Readonly<Record<FileFormat, Reader>> = {
  json: { parse: parseJson },
  jsonc: { prepare: json5, parse: async (bytes) => parseJson5(await decodeUtf8(bytes)) },
  json5: { prepare: json5, parse: async (bytes) => parseJson5(await decodeUtf8(bytes)) },
  yaml: { prepare: yaml, parse: async (bytes) => parseYaml(await decodeUtf8(bytes)) },
  toml: { prepare: smolToml, parse: async (bytes) => parseToml(await decodeUtf8(bytes)) },
  env: {
    parse: async (bytes) => {
      const entries = parseDotEnv(await decodeUtf8(bytes)).map(({ name, text, line, column }) => ({
        path: [name],
        text,
        label: name,
        place: placeOf({ line, column }),
      }));
      return treeOf(entries, ENV);
    },
  },
  ini: { parse: async (bytes) => treeOf(parseIni(await decodeUtf8(bytes)), INI) },
};
