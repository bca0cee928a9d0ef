// Stands in for an API server in whatever state a doctor might find it: rights, metrics and clock are as told.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeConnections } from '../../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../../lib/adapters/kubernetes/transport.ts';

interface AskedRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace?: string;
}

export interface ClusterState {
  readonly allowed: (right: AskedRight) => boolean;
  /** Age of the newest PodMetrics in seconds; null where metrics.k8s.io is not served. */
  readonly metricsAgeSeconds: number | null;
  /** How far its clock is ahead of ours. */
  readonly aheadSeconds: number;
  readonly tokenAccepted: boolean;
}

export interface DoctorCluster {
  readonly url: string;
  readonly connect: ReturnType<typeof makeConnections>;
  /** `groups` of each SubjectAccessReview; empty for a review of oneself. */
  readonly askedAbout: (readonly string[])[];
  close(): void;
}

export async function startDoctorCluster(state: ClusterState): Promise<DoctorCluster> {
  const askedAbout: (readonly string[])[] = [];
  const now = () => Date.now() + state.aheadSeconds * 1000;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [code, body] = answer(request.url?.split('?')[0] ?? '', Buffer.concat(chunks).toString());
    const date = new Date(now()).toUTCString();
    response.writeHead(code, { 'content-type': 'application/json', date }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const resolve = async () => ({ server: url, caData: '', token: async () => 'secret' });
  return {
    url,
    askedAbout,
    connect: makeConnections(new Map([['test', { kind: 'endpoint', resolve }]]), makeTransport('9.9.9', 2000).http),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };

  function answer(path: string, text: string): readonly [number, unknown] {
    if (!state.tokenAccepted) return [401, { message: 'Unauthorized' }];
    if (path === '/version') return [200, { gitVersion: 'v1.33.1' }];
    if (path === '/apis/autoscaling/v2') return [200, { kind: 'APIResourceList' }];
    if (path.endsWith('subjectaccessreviews')) {
      const { spec } = JSON.parse(text);
      askedAbout.push(spec.groups ?? []);
      return [201, { status: { allowed: state.allowed(spec.resourceAttributes) } }];
    }
    if (path.startsWith('/apis/metrics.k8s.io') && state.metricsAgeSeconds !== null)
      return [200, { items: [{ timestamp: new Date(now() - state.metricsAgeSeconds * 1000).toISOString() }] }];
    return [404, { message: 'the server could not find the requested resource' }];
  }
}
