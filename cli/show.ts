// Asks the API and prints its answer, or what went wrong: the one way of every command that is a question or an order to it.
import { InvalidArgumentError, Option } from 'commander';
import { type AnswerBody, answerText } from './answer-text.ts';
import type { ApiTarget } from './api-client.ts';
import { EXIT, exitCodeOf, UsageError } from './exit-codes.ts';
import { NoAnswer, refusalText, unreachableText } from './no-answer.ts';
import { dataText, type Format, type Layout, layoutOf } from './output.ts';
import type { PlaceOf, Straight } from './place.ts';
import { complain, oneLined, say } from './terminal.ts';
import { whileWaiting } from './waiting.ts';
import { type Shown, watchAnswers } from './watch.ts';

type Ask = (target: ApiTarget) => Promise<Response>;
/** Null where nothing shorter says the same. The body's texts are lines, but for those of `whole`. */
type Words = (body: AnswerBody, layout: Layout, whole: AnswerBody) => string | null;

interface Showing extends Straight {
  /** What the answer is in words; what it shows by its fields, unless given. */
  readonly words?: Words;
  /** Asks again after so many seconds, until Ctrl-C. */
  readonly everySeconds?: number | undefined;
  /** A person may be asked meanwhile, and takes his time. */
  readonly asksPerson?: boolean;
}

export type Show = (ask: Ask, showing?: Showing) => Promise<void>;

export function makeShow(placeOf: PlaceOf, formatOf: () => Format): Show {
  return async (ask, { words = answerText, everySeconds, asksPerson = false, ...straight } = {}) => {
    const { target, waiting, ready, close } = await placeOf(straight);
    const asked: Ask = async () => {
      await ready();
      return ask(target);
    };
    const once = () => askOnce(target, asked, words, formatOf());
    if (everySeconds !== undefined) return watchAnswers(once, everySeconds);
    const { kind, text, exitCode } = await (asksPerson ? once() : whileWaiting(waiting, once())).finally(close);
    if (kind === 'answer') say(text);
    else complain(`error: ${text}`);
    if (exitCode !== EXIT.done) process.exitCode = exitCode;
  };
}

async function askOnce(target: ApiTarget, ask: Ask, words: Words, format: Format): Promise<Shown> {
  try {
    const answer = await ask(target);
    const body = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok)
      return { kind: 'none', text: refusalText(target, answer.status, body), exitCode: exitCodeOf(answer.status) };
    const said = () => inSeconds(words(oneLined(body), layoutOf(format), body));
    const text = dataText(body, format) ?? said() ?? dataText(body, 'json') ?? '';
    return { kind: 'answer', text, exitCode: body.success === false ? EXIT.refused : EXIT.done };
  } catch (error) {
    if (error instanceof UsageError) return { kind: 'none', text: error.message, exitCode: EXIT.usage };
    if (error instanceof NoAnswer) return { kind: 'none', text: error.message, exitCode: error.exitCode };
    return { kind: 'none', text: unreachableText(target, error), exitCode: EXIT.unreachable };
  }
}

/** Nobody reads milliseconds; programs have them in JSON. */
function inSeconds(text: string | null): string | null {
  return text?.replace(/(T\d\d:\d\d:\d\d)\.\d{3}Z/g, '$1Z') ?? null;
}

const USUAL_SECONDS = 5;

/** For what changes by itself. */
export function watchOption(): Option {
  return new Option('-w, --watch [seconds]', 'asks again and again, until Ctrl-C')
    .preset(USUAL_SECONDS)
    .argParser((text) => {
      const seconds = Number(text);
      if (Number.isFinite(seconds) && seconds >= 1 && seconds <= 3600) return seconds;
      throw new InvalidArgumentError('expected seconds from 1 to 3600.');
    });
}
