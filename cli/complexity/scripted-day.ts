// A day of a model server, told by what people ask of it: short questions at night, chat in the morning, designs in the afternoon.
import { estimate } from '../../lib/domain/complexity/estimate.ts';
import { featuresOf, type Prompt } from '../../lib/domain/complexity/features.ts';
import { freshLearned } from '../../lib/domain/complexity/learned.ts';

/** What is asked, and the seconds of one replica that an answer takes. */
interface Kind {
  readonly prompt: Prompt;
  readonly seconds: number;
}

const words = (count: number, word = 'detail') => Array<string>(count).fill(word).join(' ');

const KINDS = {
  question: { prompt: { task: `What is a pod? ${words(10)}`, context: [] }, seconds: 2 },
  chat: { prompt: { task: words(90), context: [words(400), words(300)] }, seconds: 6 },
  review: { prompt: { task: words(260), context: [words(900)] }, seconds: 14 },
  design: {
    prompt: { task: `Design the architecture, then refactor it. ${words(320)}`, context: [words(1500)] },
    seconds: 30,
  },
} as const satisfies Readonly<Record<string, Kind>>;

type AskedKind = keyof typeof KINDS;

/** Requests a minute of each kind. */
type Mix = Readonly<Partial<Record<AskedKind, number>>>;

interface Phase {
  /** Hour of the day at which it begins. */
  readonly from: number;
  readonly what: string;
  readonly mix: Mix;
}

export const DAY: readonly Phase[] = [
  { from: 0, what: 'night: a few questions', mix: { question: 12 } },
  { from: 7, what: 'morning: chat', mix: { question: 10, chat: 14 } },
  { from: 9, what: 'reviews', mix: { review: 8, design: 1 } },
  { from: 12, what: 'lunch: questions', mix: { question: 20 } },
  { from: 13, what: 'designs', mix: { review: 3, design: 6 } },
  { from: 16, what: 'as much, of less', mix: { chat: 14, review: 9 } },
  { from: 18, what: 'evening: chat', mix: { question: 8, chat: 10 } },
  { from: 21, what: 'night: a few questions', mix: { question: 10 } },
];

export interface DayMinute {
  readonly what: string;
  /** Replicas that would be busy all the time. */
  readonly demand: number;
  /** Mean score of what is asked, 0…100, as the estimator has it before it has learned anything. */
  readonly score: number;
}

/** @param minute of the day, from 0 */
export function dayMinute(minute: number): DayMinute {
  const hour = minute / 60;
  const phase = DAY.findLast(({ from }) => from <= hour) ?? { what: '', mix: {} };
  const asked = Object.entries(phase.mix) as [AskedKind, number][];
  const requests = asked.reduce((sum, [, rate]) => sum + rate, 0);
  const demand = asked.reduce((sum, [kind, rate]) => sum + (rate * KINDS[kind].seconds) / 60, 0);
  const score = asked.reduce((sum, [kind, rate]) => sum + rate * SCORES[kind], 0) / Math.max(1, requests);
  return { what: phase.what, demand, score };
}

const scoreOf = (kind: AskedKind) =>
  estimate({ features: featuresOf(KINDS[kind].prompt), model: 'other' }, freshLearned()).score;

const SCORES: Readonly<Record<AskedKind, number>> = {
  question: scoreOf('question'),
  chat: scoreOf('chat'),
  review: scoreOf('review'),
  design: scoreOf('design'),
};
