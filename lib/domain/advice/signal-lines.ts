// What the model is told of signals beside CPU and memory, under a version of its own: a workload that names none is asked as before.
import type { Assessment } from '../assessment/assessment.ts';
import type { LevelView } from '../level/level-view.ts';
import type { RaisedView } from '../level/raised.ts';
import { ADVISED_RATIO, ADVISED_SIGMAS } from '../level/thresholds.ts';
import { namedLevels, namedLoads } from '../workload/loads.ts';
import { percentOfRequests } from '../workload/percent-of-requests.ts';
import type { SignalName } from '../workload/signal.ts';

/** Part of the cache key beside PROMPT_VERSION. Raise it with every change to the texts below. */
export const SIGNALS_PROMPT_VERSION = 1;

/** Whether the question is one about levels, which may be answered with thresholds. */
export function asksOfLevels({ policy }: Pick<Assessment, 'policy'>): boolean {
  return namedLevels(policy).length > 0;
}

/** Behind the rules that every workload is asked by. */
export const LEVEL_RULES = `

Rules on levels (latency, error rate, scores), which replicas do not share:
- Never recommend scale_down while a level is over its band, nor while one is missing or being learned.
- Where more replicas do not help a level, do not recommend more of them for it.
- You may move from where levels are over: threshold_ratio (times the baseline, ${ADVISED_RATIO.join(' to ')}) and threshold_sigmas (sigmas above the baseline, ${ADVISED_SIGMAS.join(' to ')}), by what their recent windows show. Add both to the JSON object as numbers, or null to leave them as they are.`;

/**
 * A line per load and level that the workload names. Their names are the installation's own, not the cluster's; values are numbers.
 * @returns none where it names none
 */
export function signalLines(assessment: Assessment): readonly string[] {
  return [...namedLoads(assessment.policy).map((name) => loadLine(assessment, name)), ...levelLines(assessment)];
}

function loadLine(assessment: Assessment, name: SignalName): string {
  const { utilisation, unusable, policy, observation, forecasts } = assessment;
  const target = `target ${policy.signals?.[name]?.target} ${observation.definitions?.[name]?.unit ?? ''} a replica`;
  const percent = utilisation[name];
  if (percent === undefined) return `Load ${name}: missing (not measured; this does not mean zero), ${target}`;
  const trust = unusable[name] === undefined ? '' : ' (stale or incomplete: do not scale down on it)';
  const forecast = forecasts[name];
  const ahead =
    forecast === undefined
      ? ''
      : `; six-hour peak ${digits(percentOfRequests(assessment, name, forecast.peak))} %, trend ${forecast.trend}, ${skillWords(forecast.skill)}`;
  return `Load ${name}: ${digits(percent)} % of its target${trust}, ${target}${ahead}`;
}

function levelLines({ levels = {}, now, past, policy }: Assessment): readonly string[] {
  const views = Object.entries(levels);
  if (views.length === 0) return [];
  const lastAt = past.at(-1)?.at;
  const since = lastAt === undefined ? null : (now - lastAt) / 1000;
  const waits = since === null ? 0 : Math.max(0, Math.round(policy.cooldownDownSeconds - since));
  return [
    ...views.map(([name, view]) => levelLine(name, view)),
    `Cooldown: ${waits === 0 ? 'over' : `${waits} s until it may scale down`}`,
  ];
}

function levelLine(name: SignalName, view: LevelView): string {
  const { value, unit, baseline, objective, over, band, windows, lowWindows, overWindows, unhelped } = view;
  if (value === null) return `Level ${name}: missing (not measured; this does not mean zero)`;
  if (view.raised !== undefined) return scoreLine(name, view, view.raised);
  return [
    `Level ${name}: ${digits(value)} ${unit} (${band})`,
    baseline === null
      ? `baseline not known yet (${windows} windows)`
      : `baseline ${digits(baseline.value)}, sigma ${digits(baseline.sigma)} (${windows} windows)`,
    ...(objective === null ? [] : [`objective ${digits(objective)}`]),
    ...(over === null ? [] : [`over at ${digits(over)}`]),
    `low windows in a row ${lowWindows}, over in a row ${overWindows}`,
    ...(unhelped ? ['more replicas do not help it'] : []),
  ].join(', ');
}

/** Of a complexity score; its triggers are words of ours. */
function scoreLine(name: SignalName, { value, unit, over, least }: LevelView, raised: RaisedView): string {
  const { level, factor, base, triggers } = raised;
  return [
    `Score ${name}: ${digits(value)} ${unit} (${level} complexity, over at ${digits(over)})`,
    triggers.length === 0 ? 'nothing stands for more than demand needs' : `stands for more: ${triggers.join(', ')}`,
    `demand needs ${digits(base)} replicas by itself, factor ${factor}`,
    `fewest it agrees to ${least}`,
  ].join(', ');
}

function skillWords(skill: number | null): string {
  if (skill === null) return 'skill not known yet';
  return skill > 0 ? `skill ${skill.toFixed(2)}` : 'no skill: not better than the last value';
}

function digits(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'unknown' : String(Number(value.toPrecision(3)));
}
