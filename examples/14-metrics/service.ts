import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConfigManager } from '@holdfast/core';
import { observeMetrics } from '@holdfast/core/metrics';
import { httpLoader } from '@holdfast/loaders/http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { z } from 'zod';

/** A service that shows how its config does at `/metrics`. */
export async function startService(configUrl: string) {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({ readers: [exporter] });

  const manager = createConfigManager();
  observeMetrics(manager, { meterProvider });
  const config = manager.register('service', {
    loader: httpLoader({ url: configUrl }),
    schema: z.object({ pool: z.object({ size: z.int().positive() }) }),
  });
  await config.ready();

  const server = createServer((request, response) => {
    if (request.url === '/metrics') return exporter.getMetricsRequestHandler(request, response);
    return response.writeHead(404).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await manager.close();
    await meterProvider.shutdown();
  };
  return { config, metricsUrl: `http://127.0.0.1:${port}/metrics`, stop };
}
