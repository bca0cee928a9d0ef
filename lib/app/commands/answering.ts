// What answering a proposed change needs, and comes to.
import type { ChangeProposal } from '../../domain/decision/change-proposal.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { ProposalAnswer, ProposalStore } from '../ports/proposal-store.ts';
import type { CommandPorts } from './commands.ts';

export interface AnswerPorts extends CommandPorts {
  readonly proposals: ProposalStore;
}

export type AnswerResult =
  | { readonly kind: 'done'; readonly record: DecisionRecord }
  | { readonly kind: 'not_found' }
  /** Nothing of that name waits; `waiting` is what does. */
  | { readonly kind: 'gone'; readonly waiting: ChangeProposal | null; readonly isExpired: boolean }
  /** Somebody was first. */
  | { readonly kind: 'answered'; readonly first: ProposalAnswer };
