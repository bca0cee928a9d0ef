// One advice in many spellings: names, words, numbers, notations, wrappers and layers of strings.
import type { Random } from './random.ts';

interface Meant {
  readonly current: number;
  readonly max: number;
  readonly target: number;
  readonly reasoning: string;
  /** In the spelling that is asked for. */
  readonly isPlain?: boolean;
}

/** @returns isAdvice is false where a field is not what it must be, which must be refused */
export function spelledObject(random: Random, meant: Meant) {
  const value = spelledTarget(random, meant);
  const fields: Record<string, unknown> = {
    action: spelledAction(random, meant),
    target_replicas: value.target,
    confidence: random.pick([0.85, 85, '85%', '0.85', 'high', null, undefined, [1]]),
    reasoning: meant.reasoning,
    factors_considered: random.pick([['cpu', 'memory'], 'cpu', [1, null, 'cost'], undefined]),
    risk_assessment: random.pick(['low', 'LOW (reduction)', 'unknown', 7, undefined]),
    cost_impact: random.pick(['Medium', 'high', null]),
    recommended_timing: random.pick(['immediate', 'Gradual.', 'tomorrow', undefined]),
  };
  const names = meant.isPlain === true ? 'as asked' : random.pick(['as asked', 'camel', 'Title Case', 'kebab']);
  const object = Object.fromEntries(Object.entries(fields).map(([name, field]) => [named(name, names), field]));
  const notation = meant.isPlain === true ? 'json' : random.pick(['json', 'json', 'pretty', 'commas', 'python']);
  return { text: written(object, notation), isAdvice: value.isAdvice, recipe: `${names} ${notation}` };
}

function spelledTarget(random: Random, { target, isPlain }: Meant) {
  if (isPlain !== true && random.chance(0.08)) {
    const wrong = [
      target + 0.6,
      `${target} replicas`,
      `~${target}`,
      [target],
      { value: target },
      true,
      `${target}.5`,
      null,
    ];
    return { target: random.pick<unknown>(wrong), isAdvice: false };
  }
  const right = isPlain === true ? [target] : [target, target, String(target), `${target}.0`, ` ${target} `];
  return { target: random.pick<unknown>(right), isAdvice: true };
}

function spelledAction(random: Random, { current, max, target, isPlain }: Meant): string {
  const kept = target === max && random.chance(0.3) ? 'at_max' : 'maintain';
  const action = target > current ? 'scale_up' : target < current ? 'scale_down' : kept;
  if (isPlain === true) return action;
  const words = action.split('_');
  const title = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return random.pick([
    action,
    action.toUpperCase(),
    words.join('-'),
    words.join('‑'),
    title.join(' '),
    `${title.join('')}.`,
  ]);
}

function named(name: string, style: string): string {
  const words = name.split('_');
  const title = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  if (style === 'camel') return [words[0], ...title.slice(1)].join('');
  if (style === 'Title Case') return title.join(' ');
  return style === 'kebab' ? words.join('-') : name;
}

function written(object: unknown, notation: string): string {
  const json = JSON.stringify(object, null, notation === 'json' ? undefined : 2);
  if (notation === 'commas') return json.replace(/\n\}$/, ',\n}');
  // Words of Python stand between a colon and the end of a line; reasons hold none.
  return notation === 'python' ? json.replace(/: null/g, ': None').replace(/: true/g, ': True') : json;
}

const WRAPPERS: readonly (readonly [string, (text: string) => string])[] = [
  ['key', (text) => `{"recommendation": ${text}}`],
  ['any key', (text) => `{"x": ${text}}`],
  ['keys', (text) => `{"status": "ok", "response": {"data": [${text}]}}`],
  ['call', (text) => `{"type": "function", "function": {"name": "scaling_advice", "arguments": ${text}}}`],
  ['call of a string', (text) => `{"name": "scaling_advice", "arguments": ${JSON.stringify(text)}}`],
  ['tool calls', (text) => `{"content": null, "tool_calls": [{"function": {"arguments": ${JSON.stringify(text)}}}]}`],
  ['string', (text) => JSON.stringify(text)],
  ['code block', (text) => `\`\`\`json\n${text}\n\`\`\``],
  ['open code block', (text) => `Here you are:\n\`\`\`\n${text}`],
  ['words', (text) => `I looked at {the numbers}.\n\n${text}\n\nI hope that helps.`],
  ['tag', (text) => `<answer>${text}</answer>`],
  ['spaces', (text) => `\ufeff\n  ${text}  \n`],
];

export function wrapped(random: Random, text: string) {
  let inside = text;
  const recipe: string[] = [];
  // Text cannot stand bare in an object: a wrapper of text is the last, or meets a string.
  for (let left = random.below(4); left > 0; left--) {
    const isText = recipe.some((name) => TEXTUAL.includes(name)) && !recipe.at(-1)?.includes('string');
    const [name, wrap] = isText ? STRING : random.pick(WRAPPERS);
    inside = wrap(inside);
    recipe.push(name);
  }
  return { text: inside, recipe: recipe.join('+') };
}

const TEXTUAL: readonly string[] = ['code block', 'open code block', 'words', 'tag', 'spaces'];
const STRING = ['string', (text: string) => JSON.stringify({ content: text })] as const;
