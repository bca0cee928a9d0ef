// `spec.behavior` of a simulated HPA, read for the controller; what it cannot be read as is left at its default.
import type { HpaBehaviour } from '../../lib/domain/hpa/behaviour.ts';
import type { HpaPace, HpaRules } from '../../lib/domain/workload/hpa-status.ts';
import { isObject, type Json, type JsonObject } from './kube-object.ts';

export function behaviourOf(behavior: JsonObject | null): HpaBehaviour {
  const [up, down] = [rulesOf(behavior?.scaleUp), rulesOf(behavior?.scaleDown)];
  return { ...(up !== null && { up }), ...(down !== null && { down }) };
}

const SELECTS: Readonly<Record<string, HpaRules['select']>> = { Max: 'max', Min: 'min', Disabled: 'disabled' };

function rulesOf(of: Json | undefined): HpaRules | null {
  if (!isObject(of)) return null;
  const { tolerance, stabilizationWindowSeconds: seconds, selectPolicy, policies } = of;
  const select = typeof selectPolicy === 'string' ? SELECTS[selectPolicy] : undefined;
  const share = shareOf(tolerance);
  const paces = Array.isArray(policies) ? policies.flatMap(paceOf) : [];
  return {
    ...(share !== null && { tolerance: share }),
    ...(typeof seconds === 'number' && { windowSeconds: seconds }),
    ...(select !== undefined && { select }),
    ...(paces.length > 0 && { paces }),
  };
}

function paceOf(policy: Json): HpaPace[] {
  if (!isObject(policy)) return [];
  const { type, value, periodSeconds } = policy;
  if (typeof value !== 'number' || typeof periodSeconds !== 'number') return [];
  return [{ kind: type === 'Pods' ? 'pods' : 'percent', value, periodSeconds }];
}

/** A quantity such as 0.05 or 50m. */
function shareOf(tolerance: Json | undefined): number | null {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(tolerance ?? ''));
  return match === null ? null : Number(match[1]) / (match[2] === 'm' ? 1000 : 1);
}
