// A stand-in for the API of a big cluster, for what the page does with many rows: rows as the real API answered them, again and
// again under other names and figures, page by page as the real one. It decides nothing, and takes no writes.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageFile } from '../../web/page.ts';

interface Row {
  readonly namespace: string;
  readonly deployment: string;
  readonly [field: string]: unknown;
}

/** As the real API answered. */
export interface Recorded {
  readonly status: { readonly workloads: readonly Row[]; readonly [field: string]: unknown };
  readonly patterns: object;
}

const LIMIT = 500;

export async function startManyWorkloads({ status, patterns }: Recorded, count: number) {
  const rows = Array.from({ length: count }, (_, i) => rowAt(status.workloads, i));
  let atOnce = 0;
  let mostAtOnce = 0;
  const answers: Readonly<Record<string, (url: URL) => unknown | Promise<unknown>>> = {
    '/autoscaling/-/session': () => ({ served_by: 'local', read_only: false, url: '' }),
    '/api/autoscaling/clusters': () => ({ success: true, clusters: [{ id: 'demo' }] }),
    '/api/autoscaling/status/demo': ({ searchParams }) => {
      const from = Number(searchParams.get('cursor') ?? 0);
      const limit = Number(searchParams.get('limit') ?? LIMIT);
      const cursor = from + limit < count ? String(from + limit) : null;
      return { ...status, workload_count: count, workloads: rows.slice(from, from + limit), cursor };
    },
    '/api/autoscaling/patterns/demo': async () => {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 20)); // as a real one: it reads and forecasts
      atOnce--;
      return patterns;
    },
  };
  const server = createServer(async ({ url = '/' }, response) => {
    const asked = new URL(url, 'http://page.example');
    const answer = answers[asked.pathname];
    if (answer !== undefined) return sendJson(response, await answer(asked));
    const file = await pageFile(asked.pathname);
    if (file === null) return response.writeHead(404).end();
    response.writeHead(200, file.headers).end(file.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Questions for patterns that were open at the same time. */
    mostAtOnce: () => mostAtOnce,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function rowAt(from: readonly Row[], index: number): Row {
  const row = from[index % from.length];
  if (row === undefined) throw new Error('the real API answered without a row');
  return {
    ...row,
    namespace: `team-${index % 40}`,
    deployment: `${row.deployment}-${String(index).padStart(4, '0')}`,
    cpu_peak_cores: (index * 7919) % 1000,
  };
}

function sendJson(response: ServerResponse, answer: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}
