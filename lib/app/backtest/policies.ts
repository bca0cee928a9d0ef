// The policies a backtest knows, by the names people type.
import { a14k8sPolicy } from './a14k8s-policy.ts';
import { hpaPolicy } from './hpa-policy.ts';
import { type KnownFuture, limitPolicy } from './limit-policy.ts';
import { oursPolicy } from './ours-policy.ts';
import type { BacktestPolicy, PolicySettings } from './policy.ts';

export const POLICY_NAMES = 'ours, hpa:T (T from 0.1 to 1, e.g. hpa:0.7), limit or a14k8s';

const HPA = /^hpa:(0?\.\d{1,4}|1(\.0{1,4})?)$/;

/**
 * A fresh policy, to be used for one run.
 * @param future is handed to `limit` alone
 * @returns null where there is no policy of that name
 */
export function makePolicy(name: string, settings: PolicySettings, future: KnownFuture): BacktestPolicy | null {
  if (name === 'ours') return oursPolicy(name, settings);
  if (name === 'limit') return limitPolicy(name, settings, future);
  if (name === 'a14k8s') return a14k8sPolicy(name, settings);
  const target = hpaTarget(name);
  return target === null ? null : hpaPolicy(name, target, settings);
}

export function isPolicyName(name: string): boolean {
  return name === 'ours' || name === 'limit' || name === 'a14k8s' || hpaTarget(name) !== null;
}

/** Percent of the request; null where the name is not that of an HPA. */
function hpaTarget(name: string): number | null {
  const share = Number(HPA.exec(name)?.[1] ?? Number.NaN);
  // 0.55 × 100 is 55.000000000000006 in floating point.
  return share >= 0.1 ? Math.round(share * 1e6) / 1e4 : null;
}
