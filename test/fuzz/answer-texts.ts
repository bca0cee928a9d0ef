// Answers as models write them, and as nobody should: advice, spelled, wrapped, drafted, cut and broken, or no advice at all.
import { garbage } from './answer-garbage.ts';
import { spelledObject, wrapped } from './answer-spelling.ts';
import type { Random } from './random.ts';

export interface AnswerLimits {
  readonly current: number;
  readonly min: number;
  readonly max: number;
}

export interface GeneratedAnswer {
  readonly text: string;
  /** Told to be cut short by its length. */
  readonly cut: boolean;
  /** The only number of replicas that may be read out of it; null where none may, undefined where nobody can say. */
  readonly intended: number | null | undefined;
  /** Whether it must be read. */
  readonly isPlain: boolean;
  /** How it was made. */
  readonly recipe: string;
}

const REASONS = [
  'CPU is at 182 % of requests, far over its target of 70 %, and the forecast stays there.',
  "Load is low all day; the pods' memory {at rest} is fine, and the forecast is flat until the evening.",
  'Per the forecast: "steady"; weighing cost, stability and risk, this number keeps the SLO for the next hours.',
  'Считая прогноз, нагрузка растёт: 容量が必要です。 The number follows from the target, 🚀 and from nothing else.',
];

export function answerText(random: Random, limits: AnswerLimits): GeneratedAnswer {
  if (random.chance(0.15)) return { ...garbage(random), intended: undefined, isPlain: false };
  const intended = limits.min + random.below(limits.max - limits.min + 1);
  const spelling = spelledObject(random, { ...limits, target: intended, reasoning: random.pick(REASONS) });
  const body = wrapped(random, spelling.text);
  const plain = { text: body.text, intended: spelling.isAdvice ? intended : null, isPlain: spelling.isAdvice };
  const recipe = `${spelling.recipe} ${body.recipe}`;
  return damaged(random, drafted(random, { ...plain, cut: false, recipe }, limits));
}

/** Before the answer (and seldom behind it) another one, marked as a thought, called wrong, or just there. */
function drafted(random: Random, answer: GeneratedAnswer, limits: AnswerLimits): GeneratedAnswer {
  const other = limits.min + random.below(limits.max - limits.min + 1);
  if (random.chance(0.4) || other === answer.intended) return answer;
  const draft = spelledObject(random, {
    ...limits,
    target: other,
    reasoning: random.pick(REASONS),
    isPlain: true,
  }).text;
  const [name, isMarked, join] = random.pick(DRAFTS);
  // Nothing but the draft can be read where the answer is none; marked, it must not be.
  const intended = answer.intended ?? (isMarked ? null : undefined);
  return {
    ...answer,
    text: join(draft, answer.text),
    intended,
    isPlain: answer.isPlain && isMarked,
    recipe: `${answer.recipe} draft:${name}`,
  };
}

type Drafting = readonly [name: string, isMarked: boolean, join: (draft: string, answer: string) => string];

const tagged = (open: string, close: string): Drafting => [
  open,
  true,
  (draft, answer) => `${open}Let me think. Perhaps ${draft}\nor scale down to 1 replicas.${close}\n${answer}`,
];

const DRAFTS: readonly Drafting[] = [
  tagged('<think>', '</think>'),
  tagged('<THINKING>', '</THINKING>'),
  tagged('<reasoning effort="high">', '</reasoning>'),
  tagged('<reflection>', '</reflection>'),
  tagged('<scratchpad>', '</scratchpad>'),
  tagged('[THINK]', '[/THINK]'),
  tagged('◁think▷', '◁/think▷'),
  tagged('<|begin_of_thought|>', '<|end_of_thought|>'),
  tagged('<thinking><think>', '</think>so</thinking>'),
  tagged('', '</think>'),
  tagged('<|channel|>analysis<|message|>', '<|end|><|start|>assistant<|channel|>final<|message|>'),
  tagged('analysis', 'assistantfinal'),
  ['unclosed thought', false, (draft) => `<think>Perhaps ${draft}`],
  ['first of two', false, (draft, answer) => `${draft}\n${answer}`],
  ['last of two', false, (draft, answer) => `${answer}\n\nBut never this: ${draft}`],
  ['called wrong', false, (draft, answer) => `\`\`\`json\n${draft}\n\`\`\`\nWait, that's wrong.\n${answer}`],
  ['called a draft', false, (draft, answer) => `Draft: ${draft}\n\nFinal answer:\n${answer}`],
  ['of a list', false, (draft, answer) => `[${draft},\n${answer}]`],
  ['taken back', false, (draft) => `${draft}\nWait, that is wrong.`],
];
/** What holds no answer at all: whatever is read out of it was a draft. */
const WITHOUT_ANSWER = ['unclosed thought', 'taken back'];

/** Only what stands behind such a draft says that it is one. */
const TOLD_BEHIND = ['draft:', 'taken back'];

function damaged(random: Random, made: GeneratedAnswer): GeneratedAnswer {
  const answer = WITHOUT_ANSWER.some((name) => made.recipe.endsWith(name)) ? { ...made, intended: null } : made;
  if (random.chance(0.75)) return answer;
  const at = random.below(answer.text.length + 1);
  if (random.chance(0.5)) {
    // Whole objects are believed of what was cut: a draft, too, of which only what follows it would have said that it is one.
    const isTold = !TOLD_BEHIND.some((name) => answer.recipe.endsWith(name));
    const intended = isTold && (answer.isPlain || answer.intended === null) ? answer.intended : undefined;
    return {
      ...answer,
      text: answer.text.slice(0, at),
      cut: true,
      intended,
      isPlain: false,
      recipe: `${answer.recipe} cut`,
    };
  }
  let text = answer.text;
  for (let left = 1 + random.below(4); left > 0; left--) text = broken(random, text);
  return { ...answer, text, intended: undefined, isPlain: false, recipe: `${answer.recipe} broken` };
}

function broken(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const length = random.below(12);
  if (random.chance(0.4)) return text.slice(0, at) + text.slice(at + length);
  if (random.chance(0.5)) return text.slice(0, at) + text.slice(at, at + 20 * length) + text.slice(at);
  return (
    text.slice(0, at) +
    random.pick(['"', '{', '}', '\\', "'", '<think>', '```', ',', '\u0000', '\ud800', '7']) +
    text.slice(at)
  );
}
