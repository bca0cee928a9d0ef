// How a workload stands, in one sentence: what runs, how that differs from what is wanted, and what comes next.
import type { Recommendations } from '../../api/types.ts';
import { signedMoney } from '../../quantities.ts';
import { counted, moment } from '../../words.ts';

export function standOf({ decision, observation, ladder, policy, cost, recommendations }: Recommendations): string {
  const { spec, ready } = observation.replicas;
  const { target_replicas: target, why_not, source } = decision;
  const usd = cost.change.usd_per_hour;
  const money = usd === null || usd === 0 ? '' : ` (${signedMoney(usd)} an hour)`;
  const moved = target - spec;
  const differs = moved === 0 ? '' : `, ${Math.abs(moved)} ${moved > 0 ? 'too few' : 'too many'}${money}`;
  const isFree = why_not === null || why_not.code === 'ok';
  const wants = source === 'llm' ? `the LLM advises${moreWithout(recommendations, target)}` : 'are wanted';
  const enough = moved === 0 && ready === spec && isFree ? `, as many as ${wants}` : '';
  const next = nextOf({ rung: ladder.rung, paused: policy.paused, why_not, moved, isComing: ready !== spec });
  return [`${runs(spec, ready)}${differs}${enough}.`, next, oneWay(policy)].filter(Boolean).join(' ');
}

/** A pause of one way stands beside whatever is decided. */
function oneWay({ paused, paused_until: until, paused_reason: reason }: Recommendations['policy']): string {
  if (typeof paused === 'boolean') return '';
  const way = paused === 'scale-in' ? 'Scaling in' : 'Scaling out';
  return `${way} is paused ${until ? `until ${moment(until)}` : 'until it is resumed'}${reason ? `: ${reason}` : ''}.`;
}

/** That an LLM was followed to fewer than the forecast alone would have. */
function moreWithout({ predictive }: Recommendations['recommendations'], target: number): string {
  const alone = predictive?.success ? predictive.target_replicas : target;
  return alone > target ? `; the forecast alone would have ${alone}` : '';
}

/** Just after a change what is ready is not yet what was set. */
function runs(spec: number, ready: number): string {
  if (ready === spec) return `${counted(spec, 'replica')} ready`;
  const set = `${counted(spec, 'replica')} ${spec === 1 ? 'is' : 'are'} set`;
  return ready < spec
    ? `${set}, ${spec - ready} not ready yet`
    : `${set}, ${ready - spec} more still ${ready - spec === 1 ? 'runs and goes' : 'run and go'}`;
}

interface Next {
  readonly rung: Recommendations['ladder']['rung'];
  readonly paused: Recommendations['policy']['paused'];
  readonly why_not: Recommendations['decision']['why_not'];
  readonly moved: number;
  readonly isComing: boolean;
}

function nextOf({ rung, paused, why_not, moved, isComing }: Next): string {
  if (rung === 'look') return 'Recommendation only: enable to apply.';
  if (paused === true) return `Paused: nothing is changed${why_not === null ? '' : ` (${why_not.message})`}.`;
  if (rung === 'recommend') return 'Recommendation only: raise its rung to apply.';
  if (why_not !== null && why_not.code !== 'ok') return `${sentence(why_not.message)}.`;
  if (moved !== 0) return 'It is carried out with the next tick.';
  return isComing ? '' : 'It stays so.';
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
