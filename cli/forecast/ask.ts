// Forecasts from the API: of one workload, or of all that are enabled.
import pLimit from 'p-limit';
import * as z from 'zod';
import { WORKLOAD_KINDS, type WorkloadKind } from '../../lib/domain/workload/kind.ts';
import { type ApiTarget, askApi } from '../api-client.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { NoAnswer, refusalText, unreachableText } from '../no-answer.ts';
import { askWholeStatus } from '../whole-status.ts';
import { forecastFrom, type WorkloadForecast } from './forecasts.ts';

interface Target extends ApiTarget {
  readonly cluster: string;
}

interface Asked {
  /** Absent: every enabled workload. */
  readonly deployment?: string | undefined;
  /** Absent: `default` of one workload, any of all. */
  readonly namespace?: string | undefined;
  readonly kind: WorkloadKind;
  /** Those that nobody enabled as well. */
  readonly isOfAll?: boolean;
}

const AT_ONCE = 4;
/** Each is a request: more of them are a script's work, which can go by namespace. */
const MOST_WORKLOADS = 500;

const row = z.object({
  namespace: z.string(),
  deployment: z.string(),
  kind: z.enum(WORKLOAD_KINDS).default('Deployment'),
  enabled: z.boolean(),
});
const status = z.object({ workloads: z.array(row) });

/** @throws Error of one line where the API does not answer, or refuses */
export async function askForecasts(target: Target, asked: Asked): Promise<readonly WorkloadForecast[]> {
  const { deployment, namespace, kind, isOfAll = false } = asked;
  if (deployment !== undefined) return [await askOne(target, { deployment, namespace: namespace ?? 'default', kind })];
  const { workloads } = status.parse(await bodyOf(target, askWholeStatus(target)));
  const wanted = workloads.filter(
    (one) => (isOfAll || one.enabled) && (namespace === undefined || one.namespace === namespace),
  );
  if (wanted.length > MOST_WORKLOADS)
    throw new Error(
      `${wanted.length} workloads are ${isOfAll ? 'there' : 'enabled'}: say --namespace, of at most ${MOST_WORKLOADS} at once`,
    );
  const limit = pLimit(AT_ONCE);
  return Promise.all(wanted.map((one) => limit(() => askOne(target, one))));
}

type Workload = Omit<z.infer<typeof row>, 'enabled'>;

async function askOne(target: Target, { deployment, namespace, kind }: Workload): Promise<WorkloadForecast> {
  const body = await bodyOf(target, askApi(target, 'recommendations', { query: { deployment, namespace, kind } }));
  return forecastFrom(body, { cluster: target.cluster, namespace, deployment, kind });
}

async function bodyOf(target: Target, asked: Promise<Response>): Promise<unknown> {
  const answer = await asked.catch((error: unknown) => {
    throw new NoAnswer(unreachableText(target, error), EXIT.unreachable);
  });
  const body = (await answer.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
  if (answer.ok) return body;
  throw new NoAnswer(refusalText(target, answer.status, body), exitCodeOf(answer.status));
}
