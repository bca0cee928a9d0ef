// One line in the log per change and per refusal that is news: infra/log-queries.ts asks for these by their words and fields.
import type { AutoscalerEvent, Log, LogFields } from '../ports/world.ts';

const TOLD = {
  DecisionApplied: 'info',
  DecisionRefused: 'info',
  DecisionFailed: 'warn',
  DecisionConflicted: 'warn',
  DecisionProposed: 'info',
} as const satisfies Partial<Record<AutoscalerEvent['type'], keyof Log>>;

/** @param events as the bus is told them: nothing that a decision is told of is missing in the log, and nothing is there twice */
export function logDecisions(log: Log, events: readonly AutoscalerEvent[]): void {
  for (const { type, detail } of events) {
    if (!isOfDecision(type)) continue;
    const { version: _version, schema_version: _schema, at: _at, ...fields } = detail;
    log[TOLD[type]](`decision ${type.slice('Decision'.length).toLowerCase()}`, fields as LogFields);
  }
}

function isOfDecision(type: AutoscalerEvent['type']): type is keyof typeof TOLD {
  return Object.hasOwn(TOLD, type);
}
