// The HPA that `enable` offers: asked for on a terminal, printed for Git anywhere else.
import { createInterface } from 'node:readline/promises';
import { type AnswerBody, answerText, isObject } from './answer-text.ts';
import { type ApiTarget, askApi } from './api-client.ts';
import { refusalText } from './no-answer.ts';
import type { Layout } from './output.ts';
import { messageOf, oneLine, printable } from './terminal.ts';
import { wrapped } from './wrapped.ts';

interface Offer {
  readonly name: string;
  readonly why: string;
  readonly yaml: string;
  readonly create: { readonly body: object; readonly command: string } | null;
}

/** @returns what a person typed; null where nobody can be asked */
export type AskPerson = (question: string) => Promise<string | null>;

/**
 * What was enabled, and the offer below it where there is one.
 * @param whole as it was answered: the lines of YAML are lines
 */
export function enabledText(body: AnswerBody, _layout: Layout, whole: AnswerBody): string | null {
  const offer = offerIn(body);
  const text = answerText(body);
  return offer === null || text === null ? text : [text, ...offerLines(offer, offerIn(whole)?.yaml ?? '')].join('\n');
}

function offerIn({ hpa_offer: offer }: AnswerBody): Offer | null {
  return isObject(offer) ? (offer as Offer) : null;
}

function offerLines({ name, why, create }: Offer, yaml: string): readonly string[] {
  const how =
    create === null
      ? 'For Git, once it is to act:'
      : `For Git, or made at once by "${create.command.replace(/^ai4k8s /, 'npm run ai4k8s -- ')}":`;
  return ['', ...wrapped(`HPA ${name}: ${why}. ${how}`), '', ...yaml.split('\n').map(oneLine)];
}

/** A person at a terminal, where there is one on both sides. Ctrl-C and Ctrl-D say no. */
export const askAtTerminal: AskPerson = async (question) => {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const gone = new Promise<string>((resolve) => lines.once('close', () => resolve('n')));
  try {
    return await Promise.race([lines.question(printable(question)), gone]);
  } finally {
    lines.close();
  }
};

/** Makes it where a person says so, which an empty line does. @returns the answer with what became of it */
export async function offered(target: ApiTarget, enabled: Response, ask: AskPerson): Promise<Response> {
  if (!enabled.ok) return enabled;
  const body = (await enabled.json()) as AnswerBody;
  const offer = offerIn(body);
  if (offer?.create == null) return Response.json(body);
  const typed = await ask(`HPA ${oneLine(offer.name)}: ${oneLine(offer.why)}.\nCreate it now? [Y/n] `);
  if (typed === null) return Response.json(body);
  if (!/^(y|yes)?$/i.test(typed.trim())) return Response.json({ ...body, hpa_offer: null });
  const { success, message } = await made(target, offer.create.body);
  const both = `${String(body.message)}; ${message}`;
  return Response.json({ ...body, success: body.success === true && success, hpa_offer: null, message: both });
}

/** What was enabled stays so, whatever becomes of it. */
async function made(target: ApiTarget, body: object): Promise<{ success: boolean; message: string }> {
  try {
    const answer = await askApi(target, 'hpa/create', { body });
    const said = (await answer.json()) as Record<string, unknown>;
    if (answer.ok) return { success: true, message: String(said.message) };
    return { success: false, message: `no HPA was made: ${refusalText(target, answer.status, said)}` };
  } catch (error) {
    return { success: false, message: `no HPA was made: ${messageOf(error)}` };
  }
}
