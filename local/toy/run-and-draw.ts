// A story from the command line: told, drawn, and summed up; its exit code says whether it went as it should.
import { writeFileSync } from 'node:fs';
import { complain, say } from '../../cli/terminal.ts';
import type { Lifetime } from '../lifetime.ts';
import { storyChart } from './chart.ts';
import type { StoryOptions } from './options.ts';
import { type Story, tellStory } from './story.ts';
import type { Told } from './teller.ts';

/**
 * @param more what else is to be said of a story that was not cut short
 * @returns the exit code: 1 where replicas did not follow, or latency did not fall again
 */
export async function runAndDraw(
  story: Story,
  { chart, title, untilDown }: StoryOptions,
  { stopping }: Lifetime,
  more: (told: readonly Told[]) => void = () => undefined,
): Promise<number> {
  const told = await tellStory(story, stopping);
  if (told.length === 0) return 0;
  writeFileSync(chart, storyChart(told, title));
  say(`\nThe chart is ${chart}.`);
  if (stopping.aborted) return 0;
  more(told);
  const { text, went } = summaryOf(told, untilDown);
  (went ? say : complain)(text);
  return went ? 0 : 1;
}

/** What has to happen for the story to be one: replicas follow, those who ask feel it, and, if it lasts that long, what was added goes again. */
function summaryOf(told: readonly Told[], untilDown: boolean): { readonly text: string; readonly went: boolean } {
  const first = told[0]?.asked ?? 0;
  const most = Math.max(...told.map(({ asked }) => asked));
  const worst = told.reduce((a, b) => ((b.feltMs ?? 0) > (a.feltMs ?? 0) ? b : a));
  const least = told.findIndex(({ asked }) => asked === most);
  const after = told.slice(least).map(({ feltMs }) => feltMs ?? Number.POSITIVE_INFINITY);
  const best = Math.min(...after);
  const last = told.at(-1)?.asked ?? 0;
  const went = most > first && best < (worst.feltMs ?? 0) / 2 && (!untilDown || last < most);
  const seconds = (at: number) => `${Math.round(at)} s`;
  const text = [
    `p95 as felt rose to ${Math.round(worst.feltMs ?? 0)} ms (at ${seconds(worst.seconds)}) and fell to ${Math.round(best)} ms`,
    `replicas went from ${first} to ${most} (at ${seconds(told[least]?.seconds ?? 0)}) and were ${last} in the end`,
  ].join('; ');
  return { text: `${text}.${went ? '' : ' That is not how it should go.'}`, went };
}
