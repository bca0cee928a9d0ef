// A workload's vertical proposal as it is shown and remembered: what is to change, what is left out and why, what it waits for.
import type { ComplexityLevel } from '../complexity/scaling-policy.ts';
import type { PerResource, Resource, SignalName } from '../workload/signal.ts';
import type { EpochMs } from '../workload/time.ts';
import type { VerticalPolicy } from '../workload/vertical-policy.ts';
import type { Amounts, ContainerChange, ContainerKind } from './container-resources.ts';
import type { LeftCode, VerticalCode } from './vertical-code.ts';

/** What the level asks for of one container, from its template's own quantities. */
export interface ContainerView {
  readonly name: string;
  readonly kind: ContainerKind;
  /** What is multiplied. */
  readonly from: PerResource<Amounts>;
  readonly to: PerResource<Amounts>;
  /** As the template states it now, where a person has put an earlier proposal into it: not what is multiplied. */
  readonly template?: PerResource<Amounts>;
  /** What a person was shown of late, the newest last. Absent in what older releases stored. */
  readonly shown?: PerResource<readonly Amounts[]>;
}

/** A resource, or that of one container, which stays as it is. */
export interface Left {
  /** Null where it is of all containers. */
  readonly container: string | null;
  readonly resource: Resource;
  readonly code: LeftCode;
  readonly message: string;
}

/** What one pod is to be changed to. */
export interface PodPatch {
  readonly pod: string;
  readonly containers: readonly ContainerChange[];
}

export interface VerticalView {
  readonly code: VerticalCode;
  readonly message: string;
  readonly apply: VerticalPolicy['apply'];
  readonly signal: SignalName | null;
  readonly level: ComplexityLevel | null;
  readonly raised: boolean;
  /** Null where no level is known. */
  readonly factor: number | null;
  readonly containers: readonly ContainerView[];
  /** Of containers of which nothing is proposed now: what a person may still put into the template. Not shown. */
  readonly remembered?: readonly ContainerView[];
  readonly left: readonly Left[];
  /** What to know of others who write it, who are no obstacle. */
  readonly notes: readonly string[];
  readonly pods: { readonly total: number; readonly asWanted: number };
  /** Those whose turn is next, a few of them. */
  readonly next: readonly PodPatch[];
  /** What the API server said no to, or nothing, so that it is not asked at every tick. */
  readonly refusal?: {
    readonly of: string;
    readonly code: VerticalCode;
    readonly message: string;
    readonly until: EpochMs;
  };
  /** Pods that were resized of late, each with its change: where one of these is wanted again, it was not kept. */
  readonly resized?: { readonly of: readonly string[]; readonly until: EpochMs };
}

/** So many are kept of each list: all of it is in one item with other workloads. */
export const PATCHES_KEPT = 3;
export const LEFT_KEPT = 12;
