// The policies a backtest knows, by the names people type.
import { a14k8sPolicy } from './a14k8s-policy.ts';
import { hpaPolicy } from './hpa-policy.ts';
import { type KnownFuture, limitPolicy } from './limit-policy.ts';
import { oursOverHpaPolicy } from './ours-over-hpa-policy.ts';
import { oursPolicy } from './ours-policy.ts';
import type { BacktestPolicy, PolicySettings } from './policy.ts';

export const POLICY_NAMES = 'ours, hpa:T (T from 0.1 to 1, e.g. hpa:0.7), ours+hpa:T, limit or a14k8s';

const HPA = /^(ours\+)?hpa:(0?\.\d{1,4}|1(\.0{1,4})?)$/;

/**
 * A fresh policy, to be used for one run.
 * @param future is handed to `limit` alone
 * @returns null where there is no policy of that name
 */
export function makePolicy(name: string, settings: PolicySettings, future: KnownFuture): BacktestPolicy | null {
  if (name === 'ours') return oursPolicy(name, settings);
  if (name === 'limit') return limitPolicy(name, settings, future);
  if (name === 'a14k8s') return a14k8sPolicy(name, settings);
  const hpa = parseHpa(name);
  if (hpa === null) return null;
  return hpa.floored
    ? oursOverHpaPolicy(name, hpa.targetPercent, settings)
    : hpaPolicy(name, hpa.targetPercent, settings);
}

export function isPolicyName(name: string): boolean {
  return name === 'ours' || name === 'limit' || name === 'a14k8s' || parseHpa(name) !== null;
}

/** Target in percent of the request; `floored` where ours sets its floor. Null where the name is not that of an HPA. */
function parseHpa(name: string): { readonly targetPercent: number; readonly floored: boolean } | null {
  const [, ours, target] = HPA.exec(name) ?? [];
  const share = Number(target ?? Number.NaN);
  // 0.55 × 100 is 55.000000000000006 in floating point.
  return share >= 0.1 ? { targetPercent: Math.round(share * 1e6) / 1e4, floored: ours !== undefined } : null;
}
