// One line per call or fallback, in the words of the seeds, so that their troubleshooting guide stays true.
import { LRU } from 'tiny-lru';
import type { AdviceResult } from '../../domain/advice/advice.ts';
import { isPointless, limitOf } from '../../domain/advice/last-failure.ts';
import { cleanText } from '../../domain/text/clean-text.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { RejectionCode } from '../../domain/workload/reason-code.ts';
import type { Log, LogFields } from '../ports/world.ts';

export const LOG_WORDS = {
  enabled: 'LLM advisor enabled',
  noKey: 'LLM advisor requested but no API key available',
  rateLimited: 'LLM rate-limited, using fallback recommendation',
  quotaBack: 'LLM quota back',
  unusable: 'LLM advisor available but using rule-based recommendation',
  pointless: 'LLM not asked: no advice could change the decision',
  failed: (reason: string) => `LLM recommendation failed: ${reason}, using fallback`,
  advice: (action: string, replicas: number) => `LLM recommendation: ${action} -> ${replicas} replicas`,
} as const;

interface AdviceLog {
  /** Whether the advisor has a key: said once per process, when it is first asked. */
  started(hasKey: boolean): void;
  result(result: AdviceResult, workload: WorkloadRef): void;
}

export function makeAdviceLog(log: Log): AdviceLog {
  let said = false;
  const pointless = new LRU<RejectionCode>(WORKLOADS_REMEMBERED);
  return {
    started(hasKey) {
      if (said) return;
      said = true;
      if (hasKey) log.info(LOG_WORDS.enabled);
      else log.warn(LOG_WORDS.noKey);
    },
    result(result, workload) {
      const fields = { ...namesOf(workload), model: result.model };
      const key = `${workload.cluster} ${workloadKey(workload)}`;
      const why = result.kind === 'rejection' ? result.notAsked : undefined;
      if (isPointless(why)) {
        // It may stand for days: told once.
        if (pointless.get(key) === why.code) return;
        pointless.set(key, why.code);
        log.info(LOG_WORDS.pointless, { ...fields, code: why.code, detail: why.detail });
        return;
      }
      pointless.delete(key);
      if (result.kind === 'rejection') logRejection(log, result, fields);
      else if (!result.cached) {
        const { action, targetReplicas: replicas, confidence } = result.advice;
        log.info(LOG_WORDS.advice(action, replicas), { ...fields, action, replicas, confidence });
      }
    },
  };
}

const WORKLOADS_REMEMBERED = 10_000;

/** The model answered, and its answer cannot be used. */
const UNUSABLE: ReadonlySet<RejectionCode> = new Set([
  'empty',
  'truncated',
  'too_large',
  'unparsable',
  'several_answers',
  'schema',
  'out_of_bounds',
  'contradiction',
]);

/** Told elsewhere where no call was made: quota and budget when their state changes; of our interval, the call that began it. */
const TOLD: ReadonlySet<RejectionCode> = new Set([
  'budget_used_up',
  'budget_paced',
  'quota_exhausted',
  'backing_off',
  'asked_recently',
]);

/** An earlier failure had its line when it came: what is news is why no call was made now. */
function logRejection(log: Log, result: Extract<AdviceResult, { kind: 'rejection' }>, fields: LogFields): void {
  const { code, detail } = result.notAsked ?? result;
  if (code === 'no_api_key' || (result.notAsked !== undefined && TOLD.has(code))) return;
  const reason = { ...fields, code, detail };
  if (limitOf(result) === code) log.info(LOG_WORDS.rateLimited, reason);
  else if (UNUSABLE.has(code)) log.warn(LOG_WORDS.unusable, reason);
  else log.warn(LOG_WORDS.failed(detail), reason);
}

/** Kubernetes allows no control characters in names; what reads them from elsewhere may. */
export function namesOf({ cluster, namespace, name }: WorkloadRef): LogFields {
  return { cluster: cleanText(cluster, 100), namespace: cleanText(namespace, 63), deployment: cleanText(name, 253) };
}
