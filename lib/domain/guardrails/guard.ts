// Every check that an answer meets, whoever gave it, and what they come to together.
import type { Assessment } from '../assessment/assessment.ts';
import type { ProposalSource } from '../assessment/proposal.ts';
import { loadsOf } from '../workload/loads.ts';
import { servingPods, takenWord } from '../workload/utilisation.ts';
import { bounds } from './checks/bounds.ts';
import { cooldown } from './checks/cooldown.ts';
import { direction } from './checks/direction.ts';
import { envelope } from './checks/envelope.ts';
import { notReady, rollout, signals } from './checks/holds.ts';
import { pods } from './checks/pods-that-do-not-start.ts';
import { restraint } from './checks/restraint.ts';
import { scheduleCeiling, scheduleFloor } from './checks/scheduled-window.ts';
import { stabilisation } from './checks/stabilisation-window.ts';
import { step } from './checks/step-limit.ts';
import type { Constraint, ConstraintCheck, GuardrailHistory } from './constraint.ts';
import type { Permission } from './permission.ts';
import { PERMISSIONS } from './permissions.ts';
import { RANKS } from './precedence.ts';
import { project, within } from './projection.ts';
import { type CheckName, type Effect, GUARDRAILS, type Verdict } from './verdict.ts';

/** All that is stated about a workload; nothing in it depends on the number that is proposed. */
export interface Stated {
  readonly permissions: readonly (Permission & { readonly name: CheckName })[];
  readonly constraints: readonly Named[];
}

type Named = Constraint & { readonly name: CheckName };

/** A person's orders and evidence: they do not pass by waiting. */
export const LASTING: readonly ConstraintCheck[] = [bounds, scheduleCeiling, scheduleFloor, direction, envelope];
/** With what holds for now, and how far one tick may go. No answer depends on the order. */
export const CONSTRAINTS: readonly ConstraintCheck[] = [
  ...LASTING,
  ...[signals, rollout, notReady, stabilisation],
  ...[step, restraint, cooldown, pods],
];

const CONSTRAINT_NAMES = GUARDRAILS.filter((name) => CONSTRAINTS.some((check) => check.name === name));

export interface GuardedResult {
  /** What the workload may have now. */
  readonly replicas: number;
  /** What orders and evidence leave of the proposal, before anything holds it or slows it down. */
  readonly wanted: number;
  readonly verdicts: readonly Verdict[];
  /** Why the result is not what was proposed; null where it is. */
  readonly binding: Verdict | null;
  /** Which check set the aim in place of the proposal, whatever the pace is; null where none did. */
  readonly aimedBy: CheckName | null;
  /** The order that readings had to give in to, and what that costs; null where none did. */
  readonly cost: string | null;
}

/** Asks every check once. @param checks all of them, in any order */
export function stateAll(
  assessment: Assessment,
  history: GuardrailHistory,
  checks: readonly ConstraintCheck[] = CONSTRAINTS,
): Stated {
  return {
    permissions: PERMISSIONS.flatMap(({ name, check }) => {
      const permission = check({ ...assessment, killSwitch: history.killSwitch });
      return permission === null ? [] : [{ ...permission, name }];
    }),
    constraints: checks.flatMap(({ name, check }) =>
      check(assessment, history).map((constraint) => ({ ...constraint, name })),
    ),
  };
}

/** The constraints that an answer must not be outside of, and is: advice that must not be followed at all. */
export function vetoesOf({ constraints }: Stated, source: ProposalSource, proposed: number): readonly Verdict[] {
  return constraints
    .filter((one) => one.vetoes && isFor(one, source) && isOutside(one, proposed))
    .map((one) => verdictOf(one, source, 'vetoed', proposed));
}

/** Moves one answer onto what all constraints leave, and says which of them moved it. */
export function guard(
  assessment: Assessment,
  { constraints }: Stated,
  source: ProposalSource,
  proposed: number,
): GuardedResult {
  const mine = constraints.filter((one) => isFor(one, source)).toSorted(byName);
  const { aim, replicas } = project(proposed, mine);
  const conflict = conflictAt(assessment, mine, aim);
  const found = mine.flatMap((one) => findingOn(one, source, proposed, aim, conflict) ?? []);
  const isMoved = replicas !== proposed;
  const moved = found.find(({ effect, to }) => effect !== 'noted' && to === replicas);
  const needs = mine.filter(({ rank, keeps }) => rank !== 'pace' && !keeps);
  return {
    replicas,
    wanted: project(proposed, needs).aim,
    verdicts: CONSTRAINT_NAMES.map(
      (name) => found.find(({ guardrail }) => guardrail === name) ?? passed(name, source, proposed),
    ),
    aimedBy: isMoved && aim !== proposed ? whoAimed(mine, proposed, aim, conflict) : null,
    binding: isMoved ? (moved ?? null) : null,
    cost: conflict.cost,
  };
}

/** Which constraints had to give in, to which one, and what that costs where it is an order. */
interface Conflict {
  readonly gaveIn: readonly Named[];
  readonly to: Named | undefined;
  readonly cost: string | null;
}

function conflictAt(assessment: Assessment, constraints: readonly Named[], aim: number): Conflict {
  const gaveIn = constraints.filter((one) => one.rank !== 'pace' && isOutside(one, aim));
  const to = strongestAgainst(gaveIn, constraints, aim);
  const cost = to?.called === undefined ? null : `${to.called} stands against it${costAt(assessment, aim)}`;
  return { gaveIn, to, cost };
}

/** What one constraint has against the answer; null where it lets it pass. The pace is met by the aim, all others before. */
function findingOn(
  one: Named,
  source: ProposalSource,
  proposed: number,
  aim: number,
  { gaveIn, to, cost }: Conflict,
): Verdict | null {
  if (gaveIn.includes(one)) return noted(one, source, proposed, aim, cost);
  // An order that the proposal kept anyway is named by those that gave in to it.
  if (one === to && (one.rank !== 'order' || aim !== proposed))
    return { ...verdictOf(one, source, effectOf(one), proposed), to: aim };
  const met = one.rank === 'pace' ? aim : proposed;
  return isOutside(one, met) ? verdictOf(one, source, effectOf(one), met) : null;
}

function whoAimed(constraints: readonly Named[], proposed: number, aim: number, { to }: Conflict): CheckName | null {
  const aiming = constraints.find(
    (one) => one.rank !== 'pace' && isOutside(one, proposed) && within(one, proposed) === aim,
  );
  return (aiming ?? to)?.name ?? null;
}

/** What was found against writing at all, and what to know; one verdict for each check. */
export function permissionVerdicts(
  { permissions }: Stated,
  source: ProposalSource,
  replicas: number,
): readonly Verdict[] {
  return PERMISSIONS.map(({ name }) => {
    const permission = permissions.find((one) => one.name === name);
    if (permission === undefined) return passed(name, source, replicas);
    const { effect, code, message } = permission;
    return { guardrail: name, source, effect, code, from: replicas, to: replicas, message };
  });
}

/** What the aim rests on where something had to give in that wanted it elsewhere: an order before anything else. */
function strongestAgainst(gaveIn: readonly Named[], constraints: readonly Named[], aim: number): Named | undefined {
  const [first] = gaveIn;
  if (first === undefined) return undefined;
  const bars = first.low > aim ? ({ high }: Named) => high === aim : ({ low }: Named) => low === aim;
  const there = constraints.filter((one) => one.rank !== 'pace' && bars(one));
  return there.toSorted((a, b) => RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank) || byName(a, b))[0];
}

/** In the order in which verdicts are listed. */
function byName(a: Named, b: Named): number {
  return GUARDRAILS.indexOf(a.name) - GUARDRAILS.indexOf(b.name);
}

function isFor({ only }: Constraint, source: ProposalSource): boolean {
  return only === undefined || only === source;
}

function isOutside(one: Constraint, replicas: number): boolean {
  return within(one, replicas) !== replicas;
}

/** Told, and not met: something above it wants otherwise. It speaks of the number that is outside of it. */
function noted(one: Named, source: ProposalSource, proposed: number, aim: number, cost: string | null): Verdict {
  const verdict = { ...verdictOf(one, source, 'noted', proposed), to: proposed };
  const said = one.message(isOutside(one, proposed) ? proposed : aim);
  return { ...verdict, message: `${said}; ${cost ?? 'it gives in to what keeps pods'}` };
}

/** They let a change go some of the way. */
const CLIPS: ReadonlySet<Constraint['code']> = new Set(['step_up', 'step_down', 'limit_step']);

function effectOf({ rank, keeps, code }: Named): Effect {
  if (rank === 'pace') return CLIPS.has(code) ? 'clipped' : 'held';
  return keeps ? 'held' : 'clipped';
}

function verdictOf(one: Named, source: ProposalSource, effect: Effect, from: number): Verdict {
  const { name: guardrail, code } = one;
  return { guardrail, source, effect, code, from, to: within(one, from), message: one.message(from) };
}

function passed(guardrail: CheckName, source: ProposalSource, replicas: number): Verdict {
  return { guardrail, source, effect: 'passed', code: 'ok', from: replicas, to: replicas, message: 'passed' };
}

/** What an order that stands against the readings costs, as far as they tell. */
function costAt({ utilisation, targets, observation, policy }: Assessment, replicas: number): string {
  const costs = loadsOf(policy).flatMap((signal) => {
    const percent = ((utilisation[signal] ?? 0) * servingPods(observation)) / Math.max(1, replicas);
    const over = percent > (targets[signal] ?? Number.POSITIVE_INFINITY);
    return over ? [`${signal} at ${Math.round(percent)} % of ${takenWord(signal)}`] : [];
  });
  return costs.length === 0 ? '' : `: at ${replicas} replicas ${costs.join(' and ')}`;
}
