// `verify --try`: a throwaway Deployment is enabled, scaled by the schedule and disabled, as a user would do it; whatever happens,
// what was made is taken away again.
import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import type { ApiTarget } from '../api-client.ts';
import { broken, type Check, ok, skipped } from '../check.ts';
import { messageOf } from '../terminal.ts';
import { makeTrialApi, type TrialApi } from './trial-api.ts';
import type { TrialDeployment } from './trial-deployment.ts';

export interface Trial {
  readonly checks: readonly Check[];
  readonly measured: TrialMeasures;
}

/** Milliseconds; absent where it did not come as far. */
export interface TrialMeasures {
  /** From creating the Deployment to its pod being ready. */
  readonly ready?: number;
  /** From asking to enable it to having its first decision. */
  readonly firstDecision?: number;
  /** From a scheduled window to the replicas that a tick wrote. */
  readonly scaled?: number;
  /** From asking to disable it to status saying so. */
  readonly disabled?: number;
}

export interface TrialParts {
  readonly deployment: TrialDeployment;
  readonly namespace: string;
  readonly target: ApiTarget;
  /** How long a pod may take to be ready, and how long the ticks may take that are to scale it. */
  readonly longestMs: { readonly ready: number; readonly scaled: number };
  readonly now: () => EpochMs;
  /** Told what is being done: it takes minutes. */
  readonly tell: (line: string) => void;
  /** Told what to run by hand, should this process be killed. */
  readonly byHand: string;
}

/** Scaled from one to two, which takes one more pod than was there. */
const WANTED = 2;
const MOST = 3;
const LOOK_EVERY_MS = 1000;
const TRIES = 3;

/** Throws nothing. @param signal interrupts it: then it takes away what it made, and ends */
export async function runTrial(parts: TrialParts, signal: AbortSignal): Promise<Trial> {
  const { deployment, tell, namespace } = parts;
  const api = makeTrialApi(parts.target, { deployment: deployment.name, namespace, now: parts.now });
  const checks: Check[] = [];
  const measured: { -readonly [key in keyof TrialMeasures]: TrialMeasures[key] } = {};
  const undo: Undo[] = [];
  const timed = async (of: keyof TrialMeasures, what: string, step: () => Promise<Check>, todo = RETRY) => {
    if (signal.aborted || checks.some(({ status }) => status === 'broken')) return;
    tell(what);
    const asked = parts.now();
    const check = await step().catch((error: unknown) => broken(`${what}`, messageOf(error), todo));
    if (signal.aborted) return;
    const took = parts.now() - asked;
    if (check.status === 'ok') measured[of] = took;
    checks.push(
      check.status === 'ok' ? { ...check, message: `${check.message} (${(took / 1000).toFixed(1)} s)` } : check,
    );
  };
  await timed('ready', `creating Deployment ${namespace}/${deployment.name}`, () => create(parts, undo, signal));
  await timed('firstDecision', 'enabling it', () => enable(api, undo), WHERE);
  await timed('scaled', 'waiting for a tick to scale it', () => scale(parts, api, undo, signal));
  await timed('disabled', 'disabling it', () => disable(api));
  if (signal.aborted) checks.push(skipped('trial', 'interrupted', 'run it again'));
  checks.push(await takeAway(undo, tell, parts.byHand));
  return { checks, measured };
}

interface Undo {
  readonly what: string;
  readonly run: () => Promise<unknown>;
}

async function create({ deployment, longestMs }: TrialParts, undo: Undo[], signal: AbortSignal): Promise<Check> {
  // Before it is asked for: an answer that is lost on its way has made it all the same.
  undo.unshift({ what: `Deployment ${deployment.name}`, run: () => deployment.remove() });
  await deployment.create();
  const name = 'Deployment';
  if (await until(async () => (await deployment.look()).ready >= 1, longestMs.ready, signal))
    return ok(name, `${deployment.name} is there, its pod is ready`);
  const why = (await deployment.whyNotReady()) || 'no reason is told';
  const todo = 'give --image one that this cluster can pull, or another --namespace';
  return broken(name, `its pod was not ready in ${longestMs.ready / 1000} s: ${why}`, todo);
}

async function enable(api: TrialApi, undo: Undo[]): Promise<Check> {
  undo.unshift({ what: 'its opt-in', run: () => api.disable() });
  const { action, outcome, reason } = await api.enable(MOST);
  return ok('enable', `first decision: ${action}, ${outcome} (${reason})`);
}

async function scale(
  { deployment, longestMs }: TrialParts,
  api: TrialApi,
  undo: Undo[],
  signal: AbortSignal,
): Promise<Check> {
  const name = 'scaled by the schedule';
  undo.unshift({ what: 'its window', run: () => api.removeWindows() });
  await api.addFloor(WANTED);
  const isScaled = await until(async () => (await deployment.look()).replicas >= WANTED, longestMs.scaled, signal);
  const last = await api.lastDecision();
  const said = last === null ? 'no decision is in the history' : `${last.outcome}: ${last.outcomeMessage}`;
  if (!isScaled)
    return broken(name, `a window wants ${WANTED}, and after ${longestMs.scaled / 1000} s it has 1 (${said})`, LOOK);
  return ok(name, `1 → ${WANTED} written by a tick, ${said} (${last?.reason ?? 'no reason is told'})`);
}

const RETRY = 'mend it, and run it again';
const WHERE = 'is the kubeconfig that of this cluster, is its namespace watched (NAMESPACES), may you operate there?';
const LOOK = 'look at "last tick" above, and at the log of tick (docs/deploy.md, "See that it works")';

async function disable(api: TrialApi): Promise<Check> {
  await api.disable();
  const name = 'disable';
  if (await api.isEnabled()) return broken(name, 'status still has it enabled', 'look at the log of command');
  return ok(name, 'status has it as not enabled');
}

/** The last that was made first; what cannot be taken away does not keep the rest. */
async function takeAway(undo: readonly Undo[], tell: (line: string) => void, byHand: string): Promise<Check> {
  const left: string[] = [];
  for (const { what, run } of undo) {
    tell(`taking away ${what}`);
    const problem = await tried(run);
    if (problem !== null) left.push(`${what}: ${problem}`);
  }
  const name = 'taken away';
  if (left.length === 0) return ok(name, undo.map(({ what }) => what).join(', ') || 'nothing was made');
  return broken(name, left.join('; '), byHand);
}

/** Null once it is done. */
async function tried(run: () => Promise<unknown>): Promise<string | null> {
  let problem = '';
  for (let i = 0; i < TRIES; i++) {
    if (i > 0) await sleep(LOOK_EVERY_MS);
    try {
      await run();
      return null;
    } catch (error) {
      problem = messageOf(error);
    }
  }
  return problem;
}

/** Whether it came true in time. @throws what asking throws at the end; AbortError where it was interrupted */
async function until(isTrue: () => Promise<boolean>, longestMs: number, signal: AbortSignal): Promise<boolean> {
  const end = performance.now() + longestMs;
  for (;;) {
    if (await isTrue().catch((error: unknown) => lateOnly(error, end))) return true;
    if (performance.now() >= end) return false;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** An API server may be away for a moment. */
function lateOnly(error: unknown, end: number): false {
  if (performance.now() >= end) throw error;
  return false;
}
