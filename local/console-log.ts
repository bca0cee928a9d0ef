// Log and events for a terminal: what was changed and what went wrong, one line each.

import { plainly } from '../cli/decision-text.ts';
import { complain, oneLine, say } from '../cli/terminal.ts';
import { LOG_WORDS } from '../lib/app/advise/advice-log.ts';
import type { AutoscalerEvent, EventSink, Log, LogFields } from '../lib/app/ports/world.ts';

/** Routine lines of each tick would drown the rest; a change is told by its event, in fewer words. */
const QUIET = new Set(['tick finished', 'learned from history', 'decision applied']);

/** @param chatty whether each piece of advice is a line */
export function makeConsoleLog(chatty: boolean): Log {
  let last = '';
  const write = (line: string) => {
    // The same complaint every tick is one complaint.
    if (line !== last) complain(oneLine(line));
    last = line;
  };
  return {
    info: (message, fields) => {
      if (!QUIET.has(message) && (chatty || !/^LLM (re|rate)/.test(message))) write(`· ${message}${textOf(fields)}`);
    },
    // Nobody has asked for an LLM here: what there is to do for one is said once, in a sentence of its own.
    warn: (message, fields) => {
      if (message !== LOG_WORDS.noKey) write(`! ${message}${textOf(fields)}`);
    },
    error: (message, fields) => write(`✗ ${message}${textOf(fields)}`),
  };
}

const TOLD = new Set<AutoscalerEvent['type']>(['DecisionApplied', 'DecisionProposed', 'WorkloadDemoted']);

/** Prints each change of a replica count as it happens, and each that waits for approval. */
export function makeConsoleEvents(): EventSink {
  return {
    publish(events) {
      for (const event of events) {
        if (TOLD.has(event.type)) say(oneLine(changeLine(event)));
      }
      return Promise.resolve();
    },
  };
}

const COLUMNS = 100;
/** In less a reason says nothing. */
const LEAST_ROOM = 24;

function changeLine({ type, at, detail }: AutoscalerEvent): string {
  const { current, target, reason, outcome } = detail;
  // The floor of an HPA moves without the replicas: then what was done says more than their number.
  const head = `${timeOf(at)}  ${workloadOf(detail)}  `;
  if (type === 'WorkloadDemoted') return cut(`${head}demoted: ${String(reason)}`, COLUMNS);
  const done = current === target || type === 'DecisionProposed' ? outcome : `${current} → ${target}`;
  const line = cut(`${head}${done}`, COLUMNS);
  const room = COLUMNS - line.length - '  ()'.length;
  return room < LEAST_ROOM ? line : `${line}  (${cut(plainly(String(reason)), room)})`;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(5, 16).replace('T', ' ');
}

function workloadOf({ namespace, name, kind }: AutoscalerEvent['detail']): string {
  return `${namespace}/${name}${kind === undefined ? '' : ` (${kind})`}`;
}

/** Fields on one line. */
function textOf(fields: LogFields = {}): string {
  const text = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(' ');
  return text === '' ? '' : ` (${text})`;
}
