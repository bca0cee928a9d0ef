// What a server answered of all workloads at once, before anybody makes sense of it.
import type { LabelledSamples } from '../answer.ts';

/** Answers by what was asked; empty where the server has no such series. */
export interface FleetAnswers {
  readonly deployments: readonly LabelledSamples[];
  readonly ranFewest: readonly LabelledSamples[];
  readonly ranMost: readonly LabelledSamples[];
  readonly requests: readonly LabelledSamples[];
  readonly hpaTargets: readonly LabelledSamples[];
  readonly hpaMin: readonly LabelledSamples[];
  readonly hpaMax: readonly LabelledSamples[];
  readonly hpaMetrics: readonly LabelledSamples[];
  /** By pod, a sample a day. */
  readonly startups: readonly LabelledSamples[];
}
