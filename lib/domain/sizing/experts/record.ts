// How each way of sizing has done on days that it had not learned from; what is long ago fades.
import { fromBase64, toBase64 } from '../../text/base64.ts';
import { DAY_MINUTES } from '../../workload/time.ts';
import { EXPERTS } from './experts.ts';
import type { Walked } from './walk.ts';

const FADE_DAYS = 10;
/** Of what the sizing in force was short: the budget is kept over a week. */
const CAME_FADE_DAYS = 7;

export interface ExpertRecord {
  /** Minutes that were walked; they fade as everything else here. */
  readonly minutes: number;
  /** Replica-minutes that were needed. */
  readonly ideal: number;
  /** By expert, in the order of EXPERTS. */
  readonly walked: readonly Walked[];
  /** Of the sizing that was in force. */
  readonly came: { readonly minutes: number; readonly shortMinutes: number };
}

const NOTHING: Walked = { shortMinutes: 0, episodes: 0, spent: 0, changes: 0 };

export const NO_RECORD: ExpertRecord = {
  minutes: 0,
  ideal: 0,
  walked: EXPERTS.map(() => NOTHING),
  came: { minutes: 0, shortMinutes: 0 },
};

export interface Since {
  readonly minutes: number;
  readonly ideal: number;
  /** What the sizing in force was short in them; null where none was. */
  readonly shortMinutes: number | null;
}

/** The record after some more minutes. @param walked by expert */
export function extended(
  record: ExpertRecord,
  walked: readonly Walked[],
  { minutes, ideal, shortMinutes }: Since,
): ExpertRecord {
  const keep = Math.exp(-minutes / (FADE_DAYS * DAY_MINUTES));
  const keepCame = Math.exp(-minutes / (CAME_FADE_DAYS * DAY_MINUTES));
  const { came } = record;
  return {
    minutes: keep * record.minutes + minutes,
    ideal: keep * record.ideal + ideal,
    walked: record.walked.map((before, i) => sum(before, keep, walked[i] ?? NOTHING)),
    came:
      shortMinutes === null
        ? came
        : { minutes: keepCame * came.minutes + minutes, shortMinutes: keepCame * came.shortMinutes + shortMinutes },
  };
}

function sum(before: Walked, keep: number, now: Walked): Walked {
  return {
    shortMinutes: keep * before.shortMinutes + now.shortMinutes,
    episodes: keep * before.episodes + now.episodes,
    spent: keep * before.spent + now.spent,
    changes: keep * before.changes + now.changes,
  };
}

const FIELDS = ['shortMinutes', 'episodes', 'spent', 'changes'] as const;
/** Steps of the logarithm, 0.03 % each: a fortnight of ten thousand replicas is within two bytes. */
const STEPS_PER_E = 2800;
/** A hundredth of a minute is told from nothing. */
const SMALLEST = 100;
const MOST_STEPS = 65_535;
const HEAD = 4;

/** Two bytes a number. */
export function packRecord({ minutes, ideal, walked, came }: ExpertRecord): string {
  const head = [minutes, ideal, came.minutes, came.shortMinutes];
  const values = [...head, ...walked.flatMap((one) => FIELDS.map((field) => one[field]))];
  const view = new DataView(new ArrayBuffer(2 * values.length));
  for (const [i, value] of values.entries())
    view.setUint16(2 * i, Math.min(MOST_STEPS, Math.round(STEPS_PER_E * Math.log1p(SMALLEST * value))));
  return toBase64(new Uint8Array(view.buffer));
}

/** Null where another list of experts wrote it. */
export function unpackRecord(text: string): ExpertRecord | null {
  const bytes = fromBase64(text);
  if (bytes.length !== 2 * (HEAD + FIELDS.length * EXPERTS.length)) return null;
  const view = new DataView(bytes.buffer);
  const value = (i: number) => Math.expm1(view.getUint16(2 * i) / STEPS_PER_E) / SMALLEST;
  return {
    minutes: value(0),
    ideal: value(1),
    came: { minutes: value(2), shortMinutes: value(3) },
    walked: EXPERTS.map((_, i) => {
      const at = HEAD + FIELDS.length * i;
      return { shortMinutes: value(at), episodes: value(at + 1), spent: value(at + 2), changes: value(at + 3) };
    }),
  };
}
