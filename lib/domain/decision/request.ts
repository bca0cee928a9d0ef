// What a person asked for, from before it is carried out until a tick has taken it over.
import type { DecisionRecord } from './decision.ts';
import type { Outcome } from './outcome.ts';

/** What would show that a request was carried out, for whoever has to find that out afterwards. */
export type RequestGoal =
  /** The replicas, or the floor of the HPA, that its decision means. */
  | { readonly kind: 'decision' }
  /** The policy's record bears the time of the request. */
  | { readonly kind: 'policy'; readonly done: Outcome }
  | { readonly kind: 'hpa'; readonly name: string; readonly isThere: boolean; readonly done: Outcome }
  /** No floor of ours is held on its HPA. */
  | { readonly kind: 'released'; readonly done: Outcome };

/** A request, from before it is carried out until a tick has taken it over into LATEST. */
export interface Request {
  readonly goal: RequestGoal;
  /** As it will stand in the history; its outcome counts once it is settled. */
  readonly record: DecisionRecord;
  /** What became of it is known. */
  readonly settled: boolean;
  /** The history has it. */
  readonly recorded: boolean;
  /** Whoever listens was told, or somebody is about to tell. */
  readonly told: boolean;
}
