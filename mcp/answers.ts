// What the API answers, by the functions that make the answers: where one changes, the tool that tells it no longer compiles.
import type { decisionStory } from '../lib/app/api/decision-story.ts';
import type { presentHistoryLine, presentRecommendations } from '../lib/app/api/present.ts';
import type { presentChangeCost, presentCost } from '../lib/app/api/present-cost.ts';
import type { presentLadder } from '../lib/app/api/present-ladder.ts';
import type { clusterStatus } from '../lib/app/api/status.ts';

export type Status = Awaited<ReturnType<typeof clusterStatus>>;
export type StatusRow = Status['workloads'][number];

type Presented = ReturnType<typeof presentRecommendations>;
export type Recommendations = Presented & {
  readonly ladder: ReturnType<typeof presentLadder>;
  readonly cost: ReturnType<typeof presentCost> & { readonly change: ReturnType<typeof presentChangeCost> };
};
export type Story = Awaited<ReturnType<typeof decisionStory>>;
export interface HistoryPage {
  readonly decisions: readonly ReturnType<typeof presentHistoryLine>[];
  readonly cursor: string | null;
}

/** Of a signal: what `presentForecast` makes, by the signal's name beside how far it looks. */
export interface SignalForecast {
  readonly method: string;
  readonly current: number | null;
  readonly peak: number | null;
  readonly trend: string;
  readonly predictions: readonly (number | null)[];
  readonly points: readonly {
    readonly timestamp: string;
    readonly p50: number | null;
    readonly p90: number | null;
    readonly p99: number | null;
  }[];
  readonly skill: number | null;
  readonly acted_on: boolean;
}
