import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../tools/workspace.ts';

/** A line of a chart. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a chart of lines shows. */
export interface LineChart {
  readonly title: string;
  /** For those who cannot see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  /** The first one is ours, and drawn over the others. */
  readonly lines: readonly Line[];
  /** Stretches of the x axis that are shaded. */
  readonly shaded?: readonly {
    readonly name: string;
    readonly from: number;
    readonly to: number;
  }[];
}

/** One axis of a chart. */
export interface Axis {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Each step is ten times the one before. @default {false} */
  readonly log?: boolean;
}

/** The part of echarts that draws without a DOM. It is installed for the bench alone. */
interface Renderer {
  setOption(option: object): void;
  renderToSVGString(): string;
  dispose(): void;
}
type Init = (dom: null, theme: null, options: object) => Renderer;

const WIDTH = 900;
const HEIGHT = 300;
const FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif";

/** Colours by part, for a light and a dark page: echarts draws the light ones, a style sheet in the SVG turns them. */
const COLOURS = {
  text: ['#1f2328', '#e6edf3'],
  soft: ['#57606a', '#9198a1'],
  grid: ['#d8dee4', '#30363d'],
  shade: ['#ffebe8', '#2d1417'],
  page: ['#ffffff', '#0d1117'],
} as const;
const LINE_COLOURS = [
  ['#0969da', '#58a6ff'],
  ['#8c959f', '#6e7681'],
  ['#bf8700', '#d29922'],
  ['#cf222e', '#f85149'],
  ['#1a7f37', '#3fb950'],
  ['#8250df', '#bc8cff'],
] as const;

/** Draws lines; gives the text of an SVG that is the same each time. */
export function lineChart(chart: LineChart): string {
  return drawn(chart, {
    color: LINE_COLOURS.map(([light]) => light),
    legend: {
      ...place(34),
      itemGap: 20,
      itemWidth: 18,
      itemHeight: 2,
      icon: 'rect',
      textStyle: soft(),
    },
    xAxis: axis(chart.x, { nameLocation: 'middle', nameGap: 28 }),
    yAxis: axis(chart.y, { nameLocation: 'middle', nameRotate: 90, nameGap: 44 }),
    series: chart.lines.map(({ name, points }, i) => ({
      name,
      type: 'line',
      data: points,
      symbol: 'none',
      // what is ours is on top
      z: chart.lines.length - i,
      lineStyle: { width: i === 0 ? 2.2 : 1.3 },
      ...(i === 0 && { markArea: shades(chart.shaded ?? []) }),
    })),
  });
}

/** Draws any option of echarts in the colours and fonts of our pages. */
export function drawn(
  { title, description }: { readonly title: string; readonly description: string },
  option: object,
): string {
  const { init } = createRequire(join(root, 'bench/package.json'))('echarts') as { init: Init };
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    backgroundColor: COLOURS.page[0],
    textStyle: { fontFamily: FONT },
    title: { text: title, ...place(8), textStyle: { fontSize: 15, color: COLOURS.text[0] } },
    grid: { left: 64, right: 24, top: 64, bottom: 48 },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${adaptive(tidy(svg), description)}\n`;
}

const place = (top: number) => ({ left: 20, top });
const soft = () => ({ color: COLOURS.soft[0], fontSize: 12 });

function axis({ name, min, max, log = false }: Axis, more: object): object {
  const line = { lineStyle: { color: COLOURS.grid[0] } };
  return {
    type: log ? 'log' : 'value',
    name,
    min,
    max,
    axisLine: line,
    splitLine: line,
    axisTick: { show: false },
    axisLabel: soft(),
    nameTextStyle: soft(),
    ...more,
  };
}

function shades(stretches: NonNullable<LineChart['shaded']>): object {
  return {
    silent: true,
    itemStyle: { color: COLOURS.shade[0] },
    label: { ...soft(), position: 'insideTop' },
    data: stretches.map(({ name, from, to }) => [{ name, xAxis: from }, { xAxis: to }]),
  };
}

/** Rounds coordinates to a tenth, and names classes and clips as in every other file: echarts counts charts. */
function tidy(svg: string): string {
  return svg
    .replace(/-?\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1))))
    .replace(/zr\d+-/g, 'zr-');
}

/** Adds what screen readers say, and the colours of dark pages. */
function adaptive(svg: string, description: string): string {
  const pairs = [...Object.values(COLOURS), ...LINE_COLOURS];
  const rules = pairs.flatMap(([light, dark]) =>
    ['fill', 'stroke'].map((part) => `[${part}="${light}"]{${part}:${dark}}`),
  );
  const style = `<style>@media (prefers-color-scheme:dark){${rules.join('')}}</style>`;
  const label = description
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;');
  return svg
    .replace(/^<svg /, `<svg role="img" aria-label="${label}" `)
    .replace('>', `>\n${style}`);
}
