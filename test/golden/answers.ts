// The HTTP API's answers to a scripted morning: every route, what it refuses, and what ticks in between make of it.
import { simulated, startEmbedded } from '../make/embedded.ts';
import { joined, type Said, saidOf } from './parts.ts';

const API = '/api/autoscaling';
/** The document that describes the API has a test of its own, and changes with every new field. */
const READS = [
  '/health',
  `${API}/status/demo`,
  `${API}/schedule/demo`,
  ...['web', 'owned', 'annotated', 'busy', 'quiet'].flatMap((name) => [
    `${API}/recommendations/demo?deployment=${name}&namespace=shop`,
    `${API}/history/demo?deployment=${name}&namespace=shop&limit=5`,
  ]),
  `${API}/recommendations/demo?deployment=absent&namespace=shop`,
  `${API}/status/elsewhere`,
  `${API}/history/demo?deployment=web&namespace=shop&limit=0`,
];

const web = { deployment_name: 'web', namespace: 'shop' };
const owned = { deployment_name: 'owned', namespace: 'shop' };
const busy = { deployment_name: 'busy', namespace: 'shop' };
const WRITES: readonly (readonly [path: string, body: unknown])[] = [
  ['predictive/enable', { ...web, min_replicas: 2, max_replicas: 20, mode: 'scale' }],
  ['predictive/enable', { ...owned, mode: 'hpa-floor' }],
  ['predictive/enable', { ...busy, min_replicas: 9, max_replicas: 3 }],
  ['predictive/enable', { ...busy, max_replicas: 30 }],
  ['predictive/enable', { deployment_name: 'annotated', namespace: 'shop', min_replicas: 4 }],
  ['schedule/create', { ...web, time_zone: 'UTC', days: ['wed'], start: '12:00', end: '18:00', floor: 15 }],
  ['schedule/create', { ...web, time_zone: 'Mars/Base', start: '12:00', end: '18:00', floor: 15 }],
  ['predictive/apply', busy],
  ['hpa/create', { deployment_name: 'quiet', namespace: 'shop', min_replicas: 2, max_replicas: 8 }],
  ['predictive/pause', { ...busy, paused: true }],
  ['predictive/apply', { deployment_name: 'absent', namespace: 'shop' }],
  ['release', { hold_minutes: 30 }],
  ['hpa/delete', { deployment_name: 'quiet', namespace: 'shop' }],
  ['hold/clear', {}],
  ['predictive/disable', web],
];

export async function saidByApi(): Promise<Said> {
  const annotations = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/min-replicas': '2' };
  const hpa = { minReplicas: 2, maxReplicas: 12, targetCpuPercent: 70 };
  let minute = 0;
  const system = await startEmbedded([
    simulated({ load: () => 4.4 }),
    simulated({ name: 'annotated', annotations, load: () => 1.2 }),
    simulated({ name: 'owned', hpa, load: () => 3.9 }),
    simulated({ name: 'busy', load: () => 3 + minute / 8, replicas: 6 }),
    simulated({ name: 'quiet', load: () => 0.3, replicas: 4 }),
  ]);
  try {
    const said: Said[] = [];
    const note = ({ status, body }: Awaited<ReturnType<typeof system.get>>, path: string) =>
      said.push(saidOf({ path, status, body }, new Set(['version', 'request_id'])));
    const readAll = async () => {
      for (const path of READS) note(await system.get(path), path);
    };
    const pass = async (minutes: number) => {
      for (let i = 0; i < minutes; i++, minute++) await system.tick();
    };
    await pass(2);
    await readAll();
    for (const [path, body] of WRITES) {
      note(await system.post(`${API}/${path}/demo`, body), path);
      await pass(3);
    }
    await readAll();
    said.push(...system.events.map((event) => saidOf(event)));
    return joined(said);
  } finally {
    await system.close();
  }
}
