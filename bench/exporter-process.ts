// One party of the exporter's benchmark, a process of its own so that it can have a processor of its own. Ends with whoever started it.
import { Agent, createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProxyServer } from 'httpxy';
import { startExporter } from '../lib/exporter/exporter.ts';
import { readSettings } from '../lib/exporter/settings.ts';

/** `server` answers at once, as Ollama does; `bare` forwards with httpxy and nothing else. */
export type Role = 'server' | 'bare' | 'exporter';

const ANSWER = Buffer.from(
  `${JSON.stringify({ model: 'm', message: { role: 'assistant', content: 'word' }, done: false })}\n` +
    `${JSON.stringify({ model: 'm', done: true, prompt_eval_count: 200, eval_count: 2, load_duration: 20_000_000 })}\n`,
);

const [role, upstream = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit(0));
process.on('message', () => process.send?.({ cpuSeconds: cpuSeconds() }));
process.send?.({ port: await start() });

async function start(): Promise<number> {
  if (role === 'server') return await listen(answer);
  if (role === 'bare') {
    const agent = new Agent({ keepAlive: true });
    const proxy = createProxyServer({ target: `http://${upstream}`, agent, changeOrigin: true });
    return await listen((request, response) => void proxy.web(request, response).catch(() => undefined));
  }
  const settings = readSettings({ OLLAMA_HOST: upstream, LITEBRAIN_PROXY_PORT: '0', LITEBRAIN_METRICS_PORT: '0' });
  if ('mistakes' in settings) throw new Error(settings.mistakes.join('\n'));
  return (await startExporter(settings, () => undefined)).proxyPort;
}

function answer(request: Parameters<RequestListener>[0], response: Parameters<RequestListener>[1]): void {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-length': ANSWER.length });
    response.end(ANSWER);
  });
}

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
