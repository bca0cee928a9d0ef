// An exporter in front of a stand-in model server, and what its tests ask of it.
import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Exporter, startExporter } from '../../lib/exporter/exporter.ts';
import { type ExporterSettings, readSettings } from '../../lib/exporter/settings.ts';
import { type Answer, type ModelServer, startModelServer } from '../stand-ins/model-server.ts';

export interface Running {
  readonly model: ModelServer;
  readonly exporter: Exporter;
  /** Lines of its log. */
  readonly logged: string[];
  /** The proxy. */
  readonly url: string;
  stop(): Promise<void>;
}

/** @param environment beside ports and the address of the stand-in */
export async function startRunning(
  answer?: Answer,
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const model = await startModelServer(answer);
  const settings = settingsOf({ OLLAMA_HOST: model.host, ...environment });
  const logged: string[] = [];
  const exporter = await startExporter(settings, (...said) => void logged.push(JSON.stringify(said)));
  return {
    model,
    exporter,
    logged,
    url: `http://127.0.0.1:${exporter.proxyPort}`,
    stop: async () => {
      await exporter.stop();
      await model.close();
    },
  };
}

function settingsOf(environment: Readonly<Record<string, string>>): ExporterSettings {
  const ports = { LITEBRAIN_PROXY_PORT: '0', LITEBRAIN_METRICS_PORT: '0', LITEBRAIN_GRACE_SECONDS: '0' };
  const settings = readSettings({ ...ports, ...environment });
  if ('mistakes' in settings) throw new Error(settings.mistakes.join('\n'));
  return settings;
}

export interface Got {
  readonly answer: IncomingMessage;
  readonly chunks: Buffer[];
  readonly body: string;
}

export interface Asking {
  readonly sent: ClientRequest;
  readonly answered: Promise<IncomingMessage>;
  /** Reads all of it; rejects where it breaks off. */
  got(): Promise<Got>;
}

/** Begins a request; it is for the caller to end it. */
export function begin(url: string, options: RequestOptions = {}): Asking {
  const sent = request(url, options);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
  });
  answered.catch(() => undefined);
  return { sent, answered, got: async () => read(await answered) };
}

async function read(answer: IncomingMessage): Promise<Got> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return { answer, chunks, body: Buffer.concat(chunks).toString() };
}

/** A whole request and its whole answer. */
export function ask(url: string, body?: string | Buffer, options: RequestOptions = {}): Promise<Got> {
  const { sent, got } = begin(url, { method: body === undefined ? 'GET' : 'POST', ...options });
  sent.end(body);
  return got();
}

/** Series and their values, as the text has them. */
export async function seriesOf(exporter: Exporter): Promise<ReadonlyMap<string, number>> {
  const lines = (await exporter.metrics()).split('\n').filter((text) => text !== '' && !text.startsWith('#'));
  return new Map(lines.map((text) => [text.slice(0, text.lastIndexOf(' ')), Number(text.split(' ').at(-1))]));
}

const GAUGES = ['active_requests', 'requests_waiting', 'tokens_in_flight', 'complexity_work'];

/** Within two seconds: the last event of a connection comes a moment after the last byte. */
export async function expectNothingInFlight(exporter: Exporter): Promise<void> {
  await eventually(async () => {
    const series = await seriesOf(exporter);
    expect(GAUGES.map((name) => series.get(`litebrain_${name}`))).toEqual([0, 0, 0, 0]);
  });
}

export async function requestsBy(exporter: Exporter, status: string): Promise<number> {
  const of = [...(await seriesOf(exporter))].filter(
    ([name]) => name.startsWith('litebrain_requests_total') && name.includes(`status="${status}"`),
  );
  return of.reduce((total, [, value]) => total + value, 0);
}

export async function eventually(check: () => void | Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++)
    try {
      return await check();
    } catch (error) {
      if (tries >= 100) throw error;
      await sleep(20);
    }
}
