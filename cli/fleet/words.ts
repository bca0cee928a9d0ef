// A fleet's verdicts in sentences, the same in the terminal and on the page.
import { MONTH_HOURS, type Prices } from '../../lib/domain/cost/prices.ts';
import { hpaCommand, kedaCommand, type PatchOf } from './patch.ts';
import { isJudged, type Judged, type Outcome, type Unjudged } from './run.ts';
import { type Advice, byWhatMatters } from './verdict.ts';
import type { Scored } from './workload.ts';
import { keeps, netTarget } from './workload-replay.ts';

export interface Lists {
  readonly leave: readonly Judged[];
  readonly tune: readonly Judged[];
  readonly enable: readonly Judged[];
  readonly unjudged: readonly Unjudged[];
}

/** What is short first, then what is saved; what is left alone by how short it is. */
export function listsOf(outcomes: readonly Outcome[]): Lists {
  const judged = outcomes.filter(isJudged).toSorted((a, b) => byWhatMatters(a.verdict, b.verdict));
  const of = (advice: Advice) => judged.filter(({ verdict }) => verdict.advice === advice);
  return {
    leave: of('leave').toSorted((a, b) => b.replay.now.shortPct - a.replay.now.shortPct),
    tune: of('tune'),
    enable: of('enable'),
    unjudged: outcomes.filter((one): one is Unjudged => !isJudged(one)),
  };
}

/** The sentence that decides: how many of each, and what it comes to. */
export function summary({ leave, tune, enable, unjudged }: Lists, sloPercent: number): string {
  const all = [...leave, ...tune, ...enable];
  const cores = (of: (one: Judged) => Scored) => all.reduce((sum, one) => sum + of(one).replicas * one.job.capacity, 0);
  const [now, then] = [cores(({ replay }) => replay.now), cores(({ verdict }) => verdict.then)];
  const missing = (keeps: (one: Judged) => boolean) => all.filter((one) => !keeps(one)).length;
  const counts = [
    `leave ${leave.length}`,
    `tune the HPA of ${tune.length}`,
    `enable ${enable.length}`,
    ...(unjudged.length === 0 ? [] : [`${unjudged.length} cannot be judged`]),
  ];
  const head = `Of ${counted(all.length + unjudged.length, 'Deployment')}: ${counts.join(', ')}.`;
  if (all.length === 0) return head;
  const budget = Number((100 - sloPercent).toFixed(2));
  const short = `${missing(({ verdict }) => verdict.keptNow)} were short of capacity for over ${budget} % of the time, ${missing(({ verdict }) => verdict.keptThen)} would be with this`;
  return `${head} ${short}; CPU requested goes from ${digits(now)} to ${digits(then)} cores${change(now, then)}.`;
}

/** What following the advice saves of the scored days' replicas, in replica-hours and as a month's money. */
export function savedText({ tune, enable }: Lists, prices: Prices): string {
  const all = [...tune, ...enable];
  if (all.length === 0) return '';
  const month = all.reduce((sum, one) => sum + savedMonthUsd(one, prices), 0);
  const hours =
    all.reduce((sum, { replay: { now }, verdict: { then } }) => sum + now.replicas - then.replicas, 0) * MONTH_HOURS;
  const way = month < 0 ? 'more' : 'less';
  return (
    `That is ${thousands(Math.abs(hours))} replica-hours and about ${dollars(Math.abs(month))} a month ${way}: CPU requests alone, at ` +
    `$${prices.vcpuHourUsd} a vCPU-hour, and on EC2 nothing is saved until a node goes.`
  );
}

/** Dollars a month, of CPU requests alone: what a replica requests of memory is not asked of Prometheus. */
export function savedMonthUsd({ verdict }: Judged, { vcpuHourUsd }: Prices): number {
  return verdict.savedCores * vcpuHourUsd * MONTH_HOURS;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(usd < 100 ? 2 : 0)}`;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `8.1 → 6.2 replicas (−23 %), short 0.05 → 0.31 % of the time` */
export function numbers({ replay: { now }, verdict: { then, advice } }: Judged): string {
  if (advice === 'leave') return `${digits(now.replicas)} replicas, short ${pct(now.shortPct)} %`;
  return `${digits(now.replicas)} → ${digits(then.replicas)} replicas${change(now.replicas, then.replicas)}, short ${pct(now.shortPct)} → ${pct(then.shortPct)} % of the time`;
}

/** How it is scaled now: `HPA 70 %, 2 to 20`. */
export function present({ job: { now, hasHpa, isKeda } }: Pick<Judged, 'job'>): string {
  const range = `${now.min} to ${now.max}`;
  if (hasHpa) return `${isKeda ? 'KEDA’s ' : ''}HPA ${now.targetPercent} %, ${range}`;
  return now.min === now.max
    ? `no HPA, ${now.min} replicas`
    : `no HPA, taken as one of ${now.targetPercent} %, ${range}`;
}

/** Why it is on its list, in a sentence or three. */
export function because(one: Judged): string {
  const { advice } = one.verdict;
  const own = advice === 'leave' ? becauseLeave(one) : advice === 'tune' ? becauseTune(one) : becauseEnable(one);
  return [own, ...boundWords(one), ...one.notes.map((note) => `${capital(note)}.`)].join(' ');
}

function becauseLeave({ replay, verdict: { keptNow }, job }: Judged): string {
  const { now, limit, tuned, ours, needed } = replay;
  if (needed.mean === 0) return 'It needed nothing in the days that are scored.';
  if (!keptNow) {
    const tried = [
      ...(tuned === null ? [] : [`the best HPA is short ${pct(tuned.shortPct)} %`]),
      ...(ours === null ? [] : [`ours ${pct(ours.shortPct)} %`]),
    ];
    return `Short ${pct(now.shortPct)} % of the time, and nothing replayed halves that: ${tried.join(', ')}; a new pod serves after ${Math.round(job.startupSeconds)} s.`;
  }
  if (tuned === null) return `Whoever knew the demand ahead would save ${saving(now, limit)}.`;
  const missed = (one: Scored) => (keeps(one, job.sloPercent) ? '' : ` but short ${pct(one.shortPct)} %`);
  const best = [
    `another HPA saves ${saving(now, tuned)}${missed(tuned)}`,
    ...(ours === null ? [] : [`ours ${saving(now, ours)}${missed(ours)}`]),
  ];
  return `Nothing saves 5 % and keeps ${job.sloPercent} %: ${best.join(', ')}.`;
}

function becauseTune({ replay: { tuned, ours }, job, verdict: { keptThen } }: Judged): string {
  if (tuned === null) return '';
  const from = job.hasHpa
    ? tuned.targetPercent === job.now.targetPercent
      ? `Target ${tuned.targetPercent} % as it is`
      : `Target ${job.now.targetPercent} → ${tuned.targetPercent} %`
    : `An HPA at ${tuned.targetPercent} %`;
  const behaviour = behaviourWords(tuned.behaviour);
  const kept = keptThen ? '' : `, still short of ${job.sloPercent} %`;
  const own =
    ours === null
      ? job.isKeda
        ? ' KEDA owns it, so ours leaves it alone.'
        : ''
      : ` Ours would need ${digits(ours.replicas)} replicas and be short ${pct(ours.shortPct)} %: no reason to have it.`;
  return `${from}${behaviour}${kept}, found in hindsight on the scored days.${own}`;
}

function becauseEnable({ replay: { tuned, now }, job, verdict: { keptThen } }: Judged): string {
  const net = netTarget(job);
  const how = net === null ? '' : ` Ours sets the floor of its HPA, whose target goes to ${net} % and is the net.`;
  const kept = keptThen ? '' : ` It still misses ${job.sloPercent} %.`;
  if (tuned === null) return `Nothing else was better.${how}${kept}`;
  const isKept = tuned.shortPct <= 100 - job.sloPercent;
  const hpa = isKept
    ? `The best HPA needs ${digits(tuned.replicas)} replicas for it (${tuned.targetPercent} %, in hindsight).`
    : `No HPA keeps ${job.sloPercent} %: the best is short ${pct(tuned.shortPct)} % at ${digits(tuned.replicas)} replicas${now.shortPct === tuned.shortPct ? '' : ` (${tuned.targetPercent} %)`}.`;
  return `${hpa}${how}${kept}`;
}

/** Bounds that are themselves what it is short of, or pays for. */
function boundWords({ job: { now }, replay: { bounds, needed, now: scored } }: Judged): readonly string[] {
  const max =
    bounds.max > now.max
      ? [
          `Its maximum of ${now.max} is in the way: up to ${needed.most} were needed, and ${bounds.max} leaves a quarter above.`,
        ]
      : [];
  const isFloor = now.min > needed.most && needed.mean > 0;
  const floor = isFloor
    ? [`Its minimum of ${now.min} is what it pays for: never more than ${needed.most} were needed.`]
    : [];
  return scored.replicas > 0 ? [...max, ...floor] : max;
}

function behaviourWords({ up, down }: PatchOf['behaviour']): string {
  const words = [
    ...(down?.windowSeconds === undefined ? [] : [`scale-down after ${down.windowSeconds / 60} min`]),
    ...(up?.paces === undefined ? [] : ['scale-up by up to 300 %']),
    ...(up?.tolerance === undefined ? [] : [`tolerance ${100 * up.tolerance} % upwards`]),
  ];
  return words.length === 0 ? '' : ` with ${words.join(', ')}`;
}

export interface Commands {
  /** What is to be typed, one after the other. */
  readonly steps: readonly string[];
  /** The same HPA by KEDA's ScaledObject, for whom it is one; null where there is no HPA in it. */
  readonly keda: string | null;
}

/** What carries the advice out; nothing here was done. */
export function commandsOf({ found, job, replay: { tuned, bounds }, verdict: { advice } }: Judged): Commands {
  const { namespace, name, hpa } = found;
  const patch = (targetPercent: number, behaviour: PatchOf['behaviour']): PatchOf => ({
    ...{ namespace, deployment: name, hpa, scaledObject: hpa?.scaledObject ?? null, targetPercent, behaviour, bounds },
  });
  if (advice === 'tune' && tuned !== null) {
    const by = patch(tuned.targetPercent, tuned.behaviour);
    return { steps: [job.isKeda ? kedaCommand(by) : hpaCommand(by)], keda: hpa === null ? null : kedaCommand(by) };
  }
  if (advice === 'leave') return { steps: [], keda: null };
  const slo = job.sloPercent === 99.5 ? '' : ` --slo ${job.sloPercent}`;
  const mode = job.hasHpa ? 'hpa-floor' : 'scale';
  const zone = job.timeZone === null ? '' : ` --time-zone ${job.timeZone}`;
  const enable = `npm run ai4k8s -- enable ${name} --namespace ${namespace} --min ${bounds.min} --max ${bounds.max} --mode ${mode}${slo}${zone}`;
  const net = netTarget(job);
  const isSet = net === null || (net === job.now.targetPercent && bounds.max <= job.now.max);
  return { steps: isSet ? [enable] : [enable, hpaCommand(patch(net, {}))], keda: null };
}

export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function saving(from: Scored, to: Scored): string {
  const share = from.replicas === 0 ? 0 : (from.replicas - to.replicas) / from.replicas;
  return share >= 0 ? `${Math.round(100 * share)} %` : 'nothing';
}

function change(from: number, to: number): string {
  const share = from === 0 ? 0 : Math.round((100 * (to - from)) / from);
  return share === 0 ? '' : ` (${share > 0 ? '+' : '−'}${Math.abs(share)} %)`;
}

function digits(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

function pct(value: number): string {
  return value.toFixed(2);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
