// One replica of the LLM story, a process of its own: the stand-in model server with the real exporter in front, as in one pod.
import type { AddressInfo } from 'node:net';
import { DEFAULT_SCALING_POLICY } from '../../lib/domain/complexity/scaling-policy.ts';
import { startExporter } from '../../lib/exporter/exporter.ts';
import { readSettings } from '../../lib/exporter/settings.ts';
import type { ReplicaNews } from '../toy/replica-process.ts';
import { tellUsage } from '../toy/usage.ts';
import { makeStandInModelServer, type StandInModel } from './model-server.ts';

/** As often as Prometheus might scrape. */
const SCRAPED_EVERY_MS = 1000;

const model: StandInModel = JSON.parse(process.argv[2] ?? '{}');
const tell = (news: ReplicaNews): void => void process.send?.(news);
// A Ctrl-C is for whoever runs the story; it ends us by closing the channel, whatever else becomes of it.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));

const server = makeStandInModelServer(model);
server.listen(0, '127.0.0.1', async () => {
  const settings = readSettings({
    OLLAMA_HOST: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    LITEBRAIN_PROXY_PORT: '0',
    LITEBRAIN_METRICS_PORT: '0',
    LITEBRAIN_POLICY: JSON.stringify(DEFAULT_SCALING_POLICY),
  });
  if ('mistakes' in settings) throw new Error(settings.mistakes.join('; '));
  // Its log is for an operator of a pod; here it would stand between the lines of the story.
  const exporter = await startExporter(settings, () => undefined);
  tell({ tell: 'ready', port: exporter.proxyPort });
  tellUsage(tell);
  setInterval(
    async () => tell({ tell: 'metrics', values: gaugesIn(await exporter.metrics()) }),
    SCRAPED_EVERY_MS,
  ).unref();
});

/** Samples without labels of the text format: what an HPA could be given. */
function gaugesIn(text: string): Record<string, number> {
  const samples = [...text.matchAll(/^([a-z_]+) (\S+)$/gm)].map(
    ([, name = '', value]) => [name, Number(value)] as const,
  );
  return Object.fromEntries(samples.filter(([, value]) => Number.isFinite(value)));
}
