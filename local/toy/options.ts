// The command line of the toy stories.
import { Command } from 'commander';
import { TERMINAL } from '../../cli/terminal.ts';
import { type Phase, secondsOf } from './load.ts';

export interface StoryOptions {
  /** Where the chart goes. */
  readonly chart: string;
  readonly title: string;
}

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
  const minutes = (secondsOf(phases) / 60).toFixed(1);
  const parsed = new Command(command)
    .description(
      `${what}\nIt ends by itself after ${minutes} minutes; Ctrl-C ends it at once. Nothing is left running.`,
    )
    .configureOutput(TERMINAL)
    .option('--chart <file>', 'where the chart goes, an SVG', chart)
    .parse([...argv], { from: 'user' })
    .opts();
  return { chart: parsed.chart, title };
}
