// What a trial asks of the API, signed as any other client signs: enable, a window, the history, disable.
import * as z from 'zod';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { type ApiTarget, askApi } from '../api-client.ts';
import { refusalText } from '../no-answer.ts';
import { readStatus } from './api-status.ts';

export interface TrialApi {
  /** @throws Error in one line, as all of these do */
  enable(most: number): Promise<Decided>;
  /** A floor that holds today and tomorrow, whatever becomes of whoever made it. */
  addFloor(replicas: number): Promise<void>;
  removeWindows(): Promise<void>;
  lastDecision(): Promise<Decided | null>;
  disable(): Promise<void>;
  isEnabled(): Promise<boolean>;
}

const decisionSchema = z
  .object({ action: z.string(), reason: z.string(), outcome: z.string(), outcome_message: z.string() })
  .transform(({ outcome_message: outcomeMessage, ...rest }) => ({ ...rest, outcomeMessage }));
type Decided = z.infer<typeof decisionSchema>;

const enabledSchema = z.object({ success: z.literal(true), decision: decisionSchema });
const historySchema = z.object({ decisions: z.array(decisionSchema) });
const windowsSchema = z.object({ windows: z.array(z.object({ id: z.string() })) });

const ANSWER_MS = 35_000;
const DAY_MS = 86_400_000;
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export interface TrialSubject {
  readonly deployment: string;
  readonly namespace: string;
  readonly now: () => EpochMs;
}

export function makeTrialApi(target: ApiTarget, { deployment, namespace, now }: TrialSubject): TrialApi {
  const named = { deployment_name: deployment, namespace };
  const query = { deployment, namespace };

  async function ask<T>(
    schema: z.ZodType<T>,
    what: string,
    question: { body?: object; query?: Record<string, string> },
  ) {
    const response = await askApi(target, what, { ...question, signal: AbortSignal.timeout(ANSWER_MS) });
    const body: unknown = await response.json().catch(() => ({}));
    const asObject = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    if (!response.ok) throw new Error(`${what}: ${refusalText(target, response.status, asObject)}`);
    const parsed = schema.safeParse(body);
    if (!parsed.success) throw new Error(`${what}: ${String(asObject.message ?? 'its answer cannot be read')}`);
    return parsed.data;
  }

  return {
    async enable(most) {
      const body = { ...named, mode: 'scale', min_replicas: 1, max_replicas: most, llm: 'off' };
      return (await ask(enabledSchema, 'predictive/enable', { body })).decision;
    },
    async addFloor(floor) {
      const [from, until] = [0, DAY_MS].map((ahead) => new Date(now() + ahead).toISOString().slice(0, 10));
      const times = { time_zone: 'UTC', days: WEEK, start: '00:00', end: '24:00', from, until };
      await ask(z.unknown(), 'schedule/create', { body: { ...named, ...times, floor } });
    },
    async removeWindows() {
      const { windows } = await ask(windowsSchema, 'schedule', { query });
      for (const { id } of windows) await ask(z.unknown(), 'schedule/delete', { body: { ...named, id } });
    },
    async lastDecision() {
      const { decisions } = await ask(historySchema, 'history', { query: { ...query, limit: '5' } });
      return decisions.find(({ outcome }) => outcome === 'applied') ?? decisions[0] ?? null;
    },
    async disable() {
      await ask(z.unknown(), 'predictive/disable', { body: named });
    },
    async isEnabled() {
      const status = readStatus(await ask(z.unknown(), 'status', { query: { namespace, limit: '1000' } }));
      return status?.workloads.some((one) => one.deployment === deployment && one.enabled) ?? false;
    },
  };
}
