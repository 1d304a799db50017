import { importPeer } from '../peers/sdk.ts';

/** One bar: ours, a peer's, or what bounds them all. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly kind: 'limit' | 'ours' | 'peer';
}

/** What a chart shows; smaller is better. */
export interface BarChart {
  /** What the numbers count. */
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** What is asked of ours, as a line. */
  readonly target: number;
}

interface Echarts {
  readonly init: (
    element: null,
    theme: null,
    options: { renderer: 'svg'; ssr: true; width: number; height: number },
  ) => {
    setOption: (option: object) => void;
    renderToSVGString: () => string;
    dispose: () => void;
  };
}

const WIDTH = 760;
const BAR_HEIGHT = 24;
/** Colours that can be read on white and on black. */
const COLOURS = {
  ours: '#2f81f7',
  peer: '#8b949e',
  limit: '#57ab5a',
  text: '#7d8590',
  target: '#d4782f',
};
/** The bars are as wide as their numbers, unless one would leave nothing to see of another. */
const MOST_TIMES = 25;

/** A picture of a few numbers side by side, as the text of an SVG; equal charts give equal texts. */
export async function barChart({ unit, bars, target }: BarChart): Promise<string> {
  const { init } = await importPeer<Echarts>('echarts');
  const height = bars.length * BAR_HEIGHT + 64;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption(optionOf({ unit, bars, target }));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return settled(svg);
}

function optionOf({ unit, bars, target }: BarChart): object {
  const values = [...bars.map(({ value }) => value), target].filter((value) => value > 0);
  const smallest = Math.min(...values);
  const isLog = Math.max(...values) > smallest * MOST_TIMES;
  const text = { color: COLOURS.text, fontFamily: 'system-ui, sans-serif', fontSize: 12 };
  const faint = { lineStyle: { color: COLOURS.peer, opacity: 0.25 } };
  const from = 10 ** Math.floor(Math.log10(smallest * 0.99));
  return {
    animation: false,
    backgroundColor: 'transparent',
    grid: { left: 200, right: 84, top: 8, bottom: 48 },
    xAxis: {
      ...(isLog ? { type: 'log', min: from } : { type: 'value', min: 0 }),
      name: isLog ? `${unit} (each line is ten times the one before)` : unit,
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: text,
      axisLabel: { ...text, formatter: (value: number) => rounded(value) },
      splitLine: faint,
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisLabel: { ...text, width: 185, overflow: 'truncate' },
      axisLine: faint,
      axisTick: { show: false },
    },
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: 14,
        data: bars.map(({ value, kind }) => ({
          // nothing has no place on such an axis
          value: isLog ? Math.max(value, from) : value,
          itemStyle: { color: COLOURS[kind] },
          label: { ...text, show: true, position: 'right', formatter: rounded(value) },
        })),
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: COLOURS.target, type: 'dashed', width: 1.5 },
          label: { show: false },
          data: target > 0 || !isLog ? [{ xAxis: target }] : [],
        },
      },
    ],
  };
}

/** As people read it: so many digits, or all before the point. */
export function rounded(value: number, digits = 3): string {
  return String(
    Math.abs(value) >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits)),
  );
}

/** Without the library's running numbers, and with no digits that nobody sees. */
function settled(svg: string): string {
  return `${svg
    .replaceAll(/\bzr\d+-/g, 'zr-')
    .replaceAll(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100))
    .trim()}\n`;
}
