// What a fleet's backtest prints: the sentence that decides, three lists, what cannot be said, and what to type. Fits 100 columns.
import type { Prices } from '../../lib/domain/cost/prices.ts';
import { jsonText, oneLine } from '../terminal.ts';
import { isJudged, type Judged, type Outcome } from './run.ts';
import { because, commandsOf, type Lists, numbers, present, savedMonthUsd, savedText, summary } from './words.ts';

export interface FleetReport {
  readonly outcomes: readonly Outcome[];
  readonly lists: Lists;
  readonly source: string;
  /** As many as were asked for; each has as many as there are. */
  readonly days: number;
  readonly sloPercent: number;
  /** What a replica is taken to cost. */
  readonly prices: Prices;
  /** Of the fleet as a whole. */
  readonly notes: readonly string[];
}

const COLUMNS = 100;
const INDENT = '    ';

export function fleetText(report: FleetReport): string {
  const { lists, notes, sloPercent, source, prices } = report;
  const { leave, tune, enable, unjudged } = lists;
  return [
    ...wrapped([summary(lists, sloPercent), savedText(lists, prices)].filter((text) => text !== '').join(' '), ''),
    ...wrapped(`From ${source}, ${daysRead(report)}; the later half is scored. Nothing was changed.`, ''),
    ...notes.flatMap((note) => wrapped(`note: ${note}`, '', INDENT)),
    ...section(`Leave it (${leave.length})`, leave.flatMap(entry)),
    ...section(`Tune the HPA (${tune.length})`, tune.flatMap(entry)),
    ...section(`Enable here (${enable.length})`, enable.flatMap(entry)),
    ...section(
      `Cannot say (${unjudged.length})`,
      unjudged.flatMap(({ label, why }) => wrapped(`${oneLine(label)}: ${oneLine(why)}`, '  ', INDENT)),
    ),
    ...section('To tune: what to type', tune.flatMap(typed)),
    ...section('To enable: what to type', enable.flatMap(typed)),
  ].join('\n');
}

/** Of what a server keeps there may be less than was asked for. */
export function daysRead({ outcomes, days }: Pick<FleetReport, 'outcomes' | 'days'>): string {
  const most = outcomes.filter(isJudged).reduce((longest, one) => Math.max(longest, one.days), 0);
  return most === 0 || most > days - 1 ? `${days} days` : `${most.toFixed(1)} days of the ${days} that were asked for`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function entry(one: Judged): readonly string[] {
  return [
    ...wrapped(`${oneLine(one.label)}: ${numbers(one)} (${present(one)})`, '  ', INDENT),
    ...wrapped(oneLine(because(one)), INDENT),
  ];
}

/** From the first column on, as it is to be pasted. */
function typed(one: Judged): readonly string[] {
  return [`# ${oneLine(one.label)}`, ...commandsOf(one).steps.flatMap((step) => [...step.split('\n'), ''])];
}

/** Between words; a word that is longer than a line has it to itself. */
function wrapped(text: string, first: string, rest = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    const isStart = line === first || line === rest;
    if (!isStart && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = rest + word;
    } else line = isStart ? line + word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** One object for all of it. */
export function fleetJson({ outcomes, lists, source, days, sloPercent, notes, prices }: FleetReport): string {
  return jsonText({
    source,
    days,
    slo: sloPercent,
    summary: summary(lists, sloPercent),
    usd_per_vcpu_hour: prices.vcpuHourUsd,
    notes,
    workloads: [...lists.leave, ...lists.tune, ...lists.enable].map((one) => judgedJson(one, prices)),
    cannot_say: lists.unjudged.map(({ label, why }) => ({ workload: label, why })),
    judged: outcomes.filter(isJudged).length,
  });
}

function judgedJson(one: Judged, prices: Prices) {
  const { label, found, job, replay, verdict, notes } = one;
  const { steps, keda } = commandsOf(one);
  const scored = (of: { shortPct: number; replicas: number; changesPerHour: number } | null) =>
    of === null ? null : { short_pct: of.shortPct, replicas: of.replicas, changes_per_hour: of.changesPerHour };
  return {
    workload: label,
    advice: verdict.advice,
    because: because(one),
    cpu_request: job.capacity,
    startup_seconds: job.startupSeconds,
    hpa:
      found.hpa === null
        ? null
        : { name: found.hpa.name, ...job.now, keda: job.isKeda, other_metrics: found.hpa.otherMetrics },
    now: scored(replay.now),
    advised: scored(verdict.then),
    clairvoyant: scored(replay.limit),
    tuned: replay.tuned === null ? null : { ...scored(replay.tuned), target_percent: replay.tuned.targetPercent },
    ours: scored(replay.ours),
    bounds: replay.bounds,
    needed: replay.needed,
    scored_hours: replay.scoredHours,
    saved_cores: verdict.savedCores,
    saved_usd_per_month: Number(savedMonthUsd(one, prices).toFixed(2)),
    notes,
    ...(steps.length > 0 && { commands: steps }),
    ...(keda !== null && { keda }),
  };
}
