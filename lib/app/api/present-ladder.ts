// On which rung a workload stands, and what is known that would carry it to the next.
import type { Assessment } from '../../domain/assessment/assessment.ts';
import { type ProposalTrack, trackText } from '../../domain/decision/proposal-track.ts';
import type { ReplayScore } from '../../domain/sizing/sizing-policy.ts';
import { demotionText } from '../../domain/workload/demotion.ts';
import { nextRung, type Rung, rungOf } from '../../domain/workload/rung.ts';
import { presentDemotion } from './present-policy.ts';

/** A replay of two days has seen each hour twice. */
const DAYS_TO_TRUST = 2;

/** What enable is to be sent; absent where a person has to say which limits. */
const ENABLING: Readonly<Partial<Record<Rung, object>>> = {
  recommend: { mode: 'recommend' },
  propose: { mode: 'propose' },
  limited: { mode: 'auto', limit_step: '25%' },
  auto: { mode: 'auto' },
};

/** @param track how its proposals did, as the last tick left it */
export function presentLadder(assessment: Assessment, track?: ProposalTrack) {
  const { policy } = assessment;
  const { demoted, ...stated } = policy;
  const rung = rungOf(policy);
  // Promotion gives back what its mode says.
  const next = demoted === undefined ? nextRung(rung) : rungOf(stated);
  const enabling = demoted === undefined ? next && ENABLING[next] : { mode: policy.mode };
  return {
    rung,
    next,
    ...(enabling && { enable_with: enabling }),
    ...(demoted && { demoted: presentDemotion(demoted) }),
    evidence: [...(demoted ? [demotionText(demoted)] : []), ...evidenceOf(assessment, track)],
  };
}

/** In sentences, what speaks for trusting it first. */
function evidenceOf(
  { historyHours, sizingPolicy, policy }: Assessment,
  track: ProposalTrack | undefined,
): readonly string[] {
  const days = Math.floor(historyHours / 24);
  const watched = `its demand has been watched for ${days < 1 ? `${Math.floor(historyHours)} hours` : `${days} days`}`;
  const proposals = trackText(track);
  const tracked = proposals === null ? [] : [proposals];
  if (sizingPolicy === null) return [`${watched}; from a day on it is replayed`, ...tracked];
  const { expected, hpa70, ownHpa } = sizingPolicy;
  const own = ownHpa?.score ?? null;
  const kept = 100 - expected.violationPercent >= policy.sloPercent;
  return [
    `${watched}, and replayed without min- and max-replicas${days < DAYS_TO_TRUST ? '; two days would say more' : ''}`,
    `the SLO of ${policy.sloPercent} % would have been ${kept ? 'kept' : 'missed'}: ${scoreText(expected)}`,
    own === null ? `an HPA at 70 %: ${scoreText(hpa70)}` : `its own HPA: ${scoreText(own)}`,
    ...tracked,
  ];
}

function scoreText({ violationPercent, cost }: ReplayScore): string {
  return `short ${violationPercent.toFixed(1)} % of the time at ${cost === null ? '–' : cost.toFixed(2)} × what was needed`;
}
