// The scripted day under our own step, in the backtest's cluster: what the score makes of each minute.
import { runBacktest } from '../../lib/app/backtest/backtest.ts';
import { advisedPolicy, replicasAfter } from '../../lib/app/backtest/ours-policy.ts';
import type { BacktestPolicy, PolicySettings } from '../../lib/app/backtest/policy.ts';
import { DEFAULT_SCALE_UP_AT, type ScalingPolicy } from '../../lib/domain/complexity/scaling-policy.ts';
import type { DecisionRecord } from '../../lib/domain/decision/decision.ts';
import type { SignalDefinition } from '../../lib/domain/workload/signal.ts';
import { dayMinute } from './scripted-day.ts';

const DAY_MINUTES = 24 * 60;
const SCORE = 'complexity';
const TICK_SECONDS = 60;
/** A small model, from an image that the node has. */
const STARTUP_SECONDS = 60;

export interface DayInput {
  readonly policy: ScalingPolicy;
  readonly min: number;
  readonly max: number;
  /** Whether the score counts; without it, demand decides alone. */
  readonly isScored: boolean;
  readonly startsAt: number;
}

export interface PlayedMinute {
  readonly minute: number;
  readonly record: DecisionRecord;
  /** After the decision. */
  readonly replicas: number;
}

/** A minute each, all of a day. */
export function playDay({ policy, min, max, isScored, startsAt }: DayInput): readonly PlayedMinute[] {
  const { modelResourceWeights: _counted, ...scaling } = policy;
  const definition: SignalDefinition = {
    kind: 'level',
    unit: 'points',
    scaling: { ...scaling, scaleUpAt: DEFAULT_SCALE_UP_AT },
  };
  const settings: PolicySettings = {
    capacity: 1,
    min,
    max,
    sloPercent: 99.5,
    tickSeconds: TICK_SECONDS,
    ...(isScored && { levels: { [SCORE]: definition } }),
  };
  const minutes = Array.from({ length: DAY_MINUTES }, (_, minute) => dayMinute(minute));
  const played: PlayedMinute[] = [];
  const watched = watch(settings, (record) => {
    const minute = Math.round((record.decision.at - startsAt) / 60_000);
    played.push({ minute, record, replicas: replicasAfter(record) });
  });
  const timing = { startsAt, intervalSeconds: 60 };
  runBacktest(
    {
      ...timing,
      demand: Float64Array.from(minutes, ({ demand }) => demand),
      capacity: 1,
      startupSeconds: STARTUP_SECONDS,
      tickSeconds: TICK_SECONDS,
      min,
      max,
      ...(isScored && {
        recordedLevels: [
          { ...timing, name: SCORE, definition, values: Float64Array.from(minutes, ({ score }) => score) },
        ],
      }),
    },
    watched,
  );
  return played;
}

/** Ours, telling whoever asks what it decided. */
function watch(settings: PolicySettings, tell: (record: DecisionRecord) => void): BacktestPolicy {
  const ours = advisedPolicy('ours', settings, false);
  return {
    name: ours.name,
    everySeconds: ours.everySeconds,
    get source() {
      return ours.source;
    },
    decide(view) {
      const considering = ours.consider(view);
      let next = considering.next();
      while (!next.done) next = considering.next(null);
      tell(next.value);
      return replicasAfter(next.value);
    },
  };
}
