/** The names of all formats: apart from how they are read, so that nobody has a parser who only reads the environment. */
export const FORMATS = ['json', 'jsonc', 'json5', 'yaml', 'toml', 'env', 'ini'] as const;

/** What a file can be written in. */
export type FileFormat = (typeof FORMATS)[number];

/** The format of a file by the end of its name: `.yml` is YAML, and `.env.local` is what `.env` is. */
export function formatOf(path: string): FileFormat | undefined {
  const name = path.split(/[/\\]/).at(-1)!.toLowerCase();
  if (/^\.env(?:\.|$)/.test(name)) return 'env';
  const extension = /\.([^.]+)$/.exec(name)?.[1] ?? '';
  if (extension === 'yml') return 'yaml';
  return FORMATS.find((format) => format === extension);
}
