import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { onTestFinished } from 'vitest';

/** What Prometheus would read. */
export interface Scrape {
  /** The answer as it came. */
  readonly text: string;
  /** What `# TYPE` says, by name of the metric. */
  readonly types: Readonly<Record<string, string>>;
  /** What `# HELP` says. */
  readonly helps: Readonly<Record<string, string>>;
  /** Values by series: `config_version{config="app"}`, with the labels in the order of the alphabet. */
  readonly series: Readonly<Record<string, number>>;
}

/** A meter provider, and what Prometheus would read of it now. */
interface Scraped {
  readonly meterProvider: MeterProvider;
  readonly scrape: () => Promise<Scrape>;
  /** What another reader would see. */
  readonly again: () => Promise<Scrape>;
}

/** A real meter provider, whose Prometheus exporter is scraped over HTTP. */
export async function scraped(): Promise<Scraped> {
  const options = { preventServerStart: true, withoutScopeInfo: true };
  const readers = [new PrometheusExporter(options), new PrometheusExporter(options)] as const;
  const meterProvider = new MeterProvider({ readers: [...readers] });
  const server = createServer((request, response) =>
    readers[request.url === '/again' ? 1 : 0].getMetricsRequestHandler(request, response),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await meterProvider.shutdown();
  });
  const { port } = server.address() as AddressInfo;
  const read = async (path: string): Promise<Scrape> =>
    readScrape(await (await fetch(`http://127.0.0.1:${port}${path}`)).text());
  return { meterProvider, scrape: () => read('/'), again: () => read('/again') };
}

/** Reads the text format of Prometheus, as far as we use it. */
export function readScrape(text: string): Scrape {
  const told = (what: string): Record<string, string> =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`^# ${what} (\\S+) (.+)$`, 'gm'))].map((match) => [
        match[1],
        match[2],
      ]),
    );
  const series = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name, labels = '', value]) => {
      const sorted = (labels.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? []).toSorted();
      return [`${name}${sorted.length > 0 ? `{${sorted.join(',')}}` : ''}`, Number(value)] as const;
    },
  );
  return { text, types: told('TYPE'), helps: told('HELP'), series: Object.fromEntries(series) };
}
