// How a workload stands, in one sentence: what runs, how that differs from what is wanted, and what comes next.
import type { Recommendations } from '../../api/types.ts';
import { signedMoney } from '../../quantities.ts';
import { counted } from '../../words.ts';

export function standOf({ decision, observation, ladder, policy, cost }: Recommendations): string {
  const { spec, ready } = observation.replicas;
  const runs = ready === spec ? `${counted(spec, 'replica')} ready` : `${ready} of ${counted(spec, 'replica')} ready`;
  const { target_replicas: target, why_not } = decision;
  const usd = cost.change.usd_per_hour;
  const money = usd === null || usd === 0 ? '' : ` (${signedMoney(usd)} an hour)`;
  const moved = target - spec;
  const differs =
    moved === 0 ? 'as many as are wanted' : `${Math.abs(moved)} ${moved > 0 ? 'too few' : 'too many'}${money}`;
  return `${runs}, ${differs}. ${nextOf({ rung: ladder.rung, paused: policy.paused, why_not, moved })}`;
}

interface Next {
  readonly rung: Recommendations['ladder']['rung'];
  readonly paused: Recommendations['policy']['paused'];
  readonly why_not: Recommendations['decision']['why_not'];
  readonly moved: number;
}

function nextOf({ rung, paused, why_not, moved }: Next): string {
  if (rung === 'look') return 'Recommendation only: enable to apply.';
  if (paused === true) return `Paused: nothing is changed${why_not === null ? '' : ` (${why_not.message})`}.`;
  if (rung === 'recommend') return 'Recommendation only: enable to apply.';
  if (why_not !== null && why_not.code !== 'ok') return `${sentence(why_not.message)}.`;
  return moved === 0 ? 'Nothing is to be done.' : 'It is carried out with the next tick.';
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
