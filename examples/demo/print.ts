import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
type Who = 'server' | 'app' | 'workers' | 'story';

const STYLES: Readonly<Record<Who, Style>> = {
  server: 'cyan',
  app: 'green',
  workers: 'magenta',
  story: 'yellow',
};

/** What time and teller take of a line, and what is left of it on a terminal of 100 columns. */
const MARGIN = 17;
const WIDTH = 80;

const { NO_COLOR = '', FORCE_COLOR = '' } = process.env;
const coloured = NO_COLOR === '' && (FORCE_COLOR !== '' || process.stdout.isTTY);

/** Text in a style, where the reader wants colours. */
export function paint(style: Style, text: string): string {
  return coloured ? styleText(style, text) : text;
}

/** Writes the lines of the story, each with its time. */
export class Printer {
  readonly #start = performance.now();
  #chapter = 0;

  /** Since the beginning. */
  get seconds(): string {
    return ((performance.now() - this.#start) / 1_000).toFixed(2);
  }

  opening(title: string, text: string): void {
    console.log(`\n    ${paint('bold', title)}  ${text}`);
  }

  remark(text: string): void {
    console.log(`    ${paint('dim', text)}`);
  }

  ending(text: string): void {
    console.log(`\n    ${paint('green', text)}\n`);
  }

  failure(error: unknown): void {
    console.error(`\n    ${paint('red', 'The demo failed:')} ${(error as Error).message}\n`);
  }

  chapter(title: string): void {
    const number = String(++this.#chapter).padStart(2);
    console.log(`\n  ${paint('dim', number)}  ${paint('bold', title)}`);
  }

  line(who: Who, text: string): void {
    const time = `${this.seconds.padStart(6)} s`;
    const margin = `${paint('dim', time)}  ${paint(STYLES[who], who.padEnd(7))}`;
    for (const [i, row] of wrap(text).entries())
      console.log(`${i === 0 ? margin : ' '.repeat(MARGIN)}  ${row}`);
  }
}

/** Rows of at most {@link WIDTH} letters; what is indented stays so. */
function wrap(text: string): string[] {
  const rows: string[] = [''];
  for (const word of text.split(/(?<=\S) /)) {
    const longer = rows.at(-1) === '' ? word : `${rows.at(-1)} ${word}`;
    if (stripVTControlCharacters(longer).length <= WIDTH) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows;
}
