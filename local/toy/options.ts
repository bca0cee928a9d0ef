// The command line of the toy stories.
import { Command } from 'commander';
import { TERMINAL } from '../../cli/terminal.ts';
import { type Phase, secondsOf } from './load.ts';

export interface StoryOptions {
  /** Where the chart goes. */
  readonly chart: string;
  readonly title: string;
  readonly phases: readonly Phase[];
  /** Whether it lasts until replicas have gone again. */
  readonly untilDown: boolean;
}

/** What was wanted once is kept for five minutes; then they go, one step after the other. */
const UNTIL_DOWN = { name: 'quiet', seconds: 330, from: 5, to: 5 };

/** What there is to say of a story. */
interface About {
  readonly command: string;
  readonly title: string;
  readonly what: string;
  /** Where the chart goes unless told. */
  readonly chart: string;
  readonly phases: readonly Phase[];
}

/** Parses arguments; prints help or a one-line error and exits where they ask for it. */
export function readStoryOptions(
  { command, title, what, chart, phases }: About,
  argv: readonly string[],
): StoryOptions {
  const minutes = (all: readonly Phase[]): string => (secondsOf(all) / 60).toFixed(1);
  const longer = [...phases, UNTIL_DOWN];
  const parsed = new Command(command)
    .description(
      `${what}\nIt ends by itself after ${minutes(phases)} minutes; Ctrl-C ends it at once. Nothing is left running.`,
    )
    .configureOutput(TERMINAL)
    .option('--chart <file>', 'where the chart goes, an SVG', chart)
    .option(
      '--until-down',
      `go on until replicas go again, ${minutes(longer)} minutes in all: what was wanted is kept for five minutes`,
      false,
    )
    .parse([...argv], { from: 'user' })
    .opts();
  const { untilDown, chart: file } = parsed;
  return { chart: file, title, untilDown, phases: untilDown ? longer : phases };
}
