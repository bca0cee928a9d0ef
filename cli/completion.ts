// `ai4k8s completion bash|zsh|fish`: what a shell is to run at Tab; it asks us for what may follow.
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** What shells call, hidden from help; kubectl by a program of its own. */
export const COMPLETE = 'complete';
export const COMPLETION = 'completion';

/** Once every other command is there: it offers those. */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: COMPLETION });
}
