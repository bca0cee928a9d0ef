// What the API answers, by the functions that make the answers: where one changes, what shows it no longer compiles.
import type { decisionStory } from '../../../../lib/app/api/decision-story.ts';
import type { patternsOf } from '../../../../lib/app/api/patterns.ts';
import type { presentHistoryLine, presentRecommendations } from '../../../../lib/app/api/present.ts';
import type { presentChangeCost, presentCost } from '../../../../lib/app/api/present-cost.ts';
import type { presentLadder } from '../../../../lib/app/api/present-ladder.ts';
import type { PresentedProposal } from '../../../../lib/app/api/proposal-present.ts';
import type { presentWindow } from '../../../../lib/app/api/schedule-present.ts';
import type { clusterStatus } from '../../../../lib/app/api/status.ts';

export type Status = Awaited<ReturnType<typeof clusterStatus>>;
export type Row = Status['workloads'][number];

type Presented = ReturnType<typeof presentRecommendations>;
export type Recommendations = Presented & {
  readonly policy: Presented['policy'] & { readonly from: Readonly<Record<string, string>> };
  readonly ladder: ReturnType<typeof presentLadder>;
  readonly cost: ReturnType<typeof presentCost> & { readonly change: ReturnType<typeof presentChangeCost> };
};
export type Patterns = Awaited<ReturnType<typeof patternsOf>>;
export type Story = Awaited<ReturnType<typeof decisionStory>>;
export type HistoryLine = ReturnType<typeof presentHistoryLine>;
export interface HistoryPage {
  readonly decisions: readonly HistoryLine[];
  readonly cursor: string | null;
}
export type Window = ReturnType<typeof presentWindow>;

export type Proposal = PresentedProposal;

/** A workload as the API's bodies and queries name it. */
export interface Ref {
  readonly cluster: string;
  readonly namespace: string;
  readonly deployment: string;
  readonly kind: string;
}
