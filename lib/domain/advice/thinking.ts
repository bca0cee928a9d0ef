// Models think aloud, in markers of many makes: what stands between them is a draft, and is cut before an answer is read.
import { cutOutObjects, strictly } from './answer-objects.ts';

export interface Spoken {
  /** What stands outside of marked thoughts. */
  readonly text: string;
  /** A thought is still open where the text ends: whatever was to follow it is missing. */
  readonly isThinking: boolean;
}

/**
 * Cuts what is marked as thinking: tags (`<think>`, `<reasoning>`, `[THINK]`, `◁think▷`, `<|begin_of_thought|>` …) in any
 * case, with attributes and nested, and the channels of gpt-oss, with their markers whole or partly stripped.
 *
 * What only closes was opened before the text began: all before it is thought. What only opens is thought to the end. What
 * a model marks as its answer (`<answer>`, the channel `final`, a call of a function) makes all before it a draft.
 *
 * Within an object that is whole, a marker is part of what its strings say.
 */
export function withoutThoughts(text: string): Spoken {
  const state: State = { kept: '', depth: 0, isHidden: STARTS_IN_ANALYSIS.test(text), isCall: false };
  let from = 0;
  let left = MAX_MARKERS;
  const isWithin = withinObjects(text);
  for (const match of text.matchAll(MARKER)) {
    if (left-- === 0) return { text: '', isThinking: true };
    const after = match.index + match[0].length;
    // A name between quotes is spoken about, not used: a placeholder such as "<reasoning>".
    if (/^(?:"|`)$/.test(text[match.index - 1] ?? '') && text[after] === text[match.index - 1]) continue;
    if (isWithin(match.index)) continue;
    keep(state, text.slice(from, match.index));
    apply(state, match.groups ?? {});
    from = after;
  }
  keep(state, text.slice(from));
  return { text: state.kept, isThinking: !isSpoken(state) };
}

/** Asked for ascending places. An object is read only where something within it could be a marker. */
function withinObjects(text: string): (at: number) => boolean {
  let objects: ReturnType<typeof cutOutObjects>['pieces'] | null = null;
  let next = 0;
  let left = MAX_OBJECTS;
  let wholeTo = 0;
  return (at) => {
    objects ??= cutOutObjects(text).pieces;
    while (next < objects.length && (objects[next]?.after ?? 0) <= at) next++;
    const object = objects[next];
    if (object === undefined || object.start > at) return false;
    if (wholeTo !== object.after && left-- > 0 && object.kind === 'json' && strictly(object.text) !== undefined)
      wholeTo = object.after;
    return wholeTo === object.after;
  };
}

/** Trying to read what is none costs an exception each. */
const MAX_OBJECTS = 50;

/** An answer has a few; a text of nothing else is none, and is not worth the time. */
const MAX_MARKERS = 500;

/** Words that begin, or make up, the name of a thought. */
export const THOUGHT_WORDS =
  'think|thought|reason|reflect|scratch|analy[sz]|draft|deliberat|monologue|critique|brainstorm|introspect|ponder';

/** Names of tags only: as a key, "considered_plan" may well hold the answer. */
const TAG_WORDS = `${THOUGHT_WORDS}|cot|rationale|contemplat|consider|evaluat|planning|self_?check|internal`;

// Every quantifier is bounded: matching stays linear in the text.
const TAG = `(?:[<＜◁]|&lt;)\\s{0,3}(?<close>[/\\\\]?)\\s{0,3}[|｜]?(?<prefix>[\\w:.▁-]{0,24}?)(?:${TAG_WORDS})[\\w▁-]{0,24}(?:\\s[^<>＜＞◁▷]{0,200}?)?(?<empty>/?)[|｜]?\\s{0,3}(?:[>＞▷]|&gt;)`;
const BRACKETED =
  '\\[\\s{0,3}(?<closeBracketed>/?)(?<bracketed>think(?:ing)?|thoughts?|reasoning|reflection|scratchpad|draft|analysis)\\s{0,3}\\]';
const ANSWER_TAG =
  '<\\|?(?<answer>(?:begin_of_|start_)?(?:final[_ ]?answer|answer|final|solution|response|output))\\|?>';
/** With its markers stripped, a channel's name is glued to the role before it. */
const CHANNEL =
  '(?:<\\|?channel\\|?>\\s{0,3}(?<channel>[a-z]{0,20})|assistant\\s{0,3}(?<glued>final|analysis|commentary)(?!(?<=\\s[a-z]{5,10})(?:\\s?[:.,;]|\\s(?:of|is|shows|suggests)\\b)))(?<header>[^<>{}\\n]{0,100}(?=<|\\{))?';
const TURN =
  '<\\|?(?:start|end|return|call)\\|?>(?<turn>\\s{0,3}(?:assistant(?!\\s{0,3}(?:final|analysis|commentary)))?)(?<recipient>\\s{0,3}to=[\\w.]{1,60})?';
const REST = '<\\|?(?:message|constrain)\\|?>';
const MARKER = new RegExp([TAG, BRACKETED, ANSWER_TAG, CHANNEL, TURN, REST].join('|'), 'gi');

/** "analysisWe should …": a channel of which even the role is stripped. A heading has a colon or a capital letter. */
const STARTS_IN_ANALYSIS = /^\s{0,20}(?:analysis(?![:.,;*–—-]|\s(?:of|shows)\b)|ANALYSIS(?=<\|))/;

interface State {
  kept: string;
  /** Tags open. */
  depth: number;
  /** In a channel that is not the answer's. */
  isHidden: boolean;
  /** The turn is a call of a function: said before its channel, or behind it. */
  isCall: boolean;
}

function isSpoken({ depth, isHidden }: State): boolean {
  return depth === 0 && !isHidden;
}

function keep(state: State, text: string): void {
  if (isSpoken(state)) state.kept += `${text} `;
}

function apply(state: State, groups: Readonly<Record<string, string | undefined>>): void {
  const { prefix, close, empty, bracketed, closeBracketed, answer, turn } = groups;
  const channel = groups.channel ?? groups.glued;
  if (prefix !== undefined) {
    const closes = close !== '' || /^end/i.test(prefix);
    if (empty === '') openOrClose(state, closes);
  } else if (bracketed !== undefined) openOrClose(state, closeBracketed !== '');
  else if (answer !== undefined) {
    if (isSpoken(state)) state.kept = '';
  } else if (channel !== undefined) enterChannel(state, channel.toLowerCase(), groups.header ?? '');
  else if (turn !== undefined) {
    state.isHidden = false;
    state.isCall = groups.recipient !== undefined;
  }
}

function openOrClose(state: State, closes: boolean): void {
  if (!closes) state.depth++;
  else if (state.depth > 0) state.depth--;
  else state.kept = '';
}

/** `final` and calls of a function are answers; a channel without a name ends the one before it. */
function enterChannel(state: State, channel: string, header: string): void {
  const isAnswer = channel === 'final' || (channel === 'commentary' && (state.isCall || /\bto=/i.test(header)));
  state.isHidden = !isAnswer && channel !== '';
  if (!isAnswer) return;
  state.kept = '';
  state.depth = 0;
}
