// What the use cases need besides cluster and table: time, a log, a model, whoever listens; and the one error. Tests pass their own.
import type { EpochMs } from '../../domain/workload/time.ts';

/**
 * What a caller may want to tell from other failures: `item_too_large` costs the one thing that was to be written, and no more;
 * `kill_switch` is somebody's will; `overtaken`: a later tick has begun.
 */
export type AdapterErrorCode = 'item_too_large' | 'kill_switch' | 'overtaken';

/** The one error adapters throw. Whatever can be expected is a value instead. */
export class AdapterError extends Error {
  readonly source: string;
  /** Trying again later may succeed. */
  readonly retryable: boolean;
  /** Null where nobody needs to tell it from others. */
  readonly code: AdapterErrorCode | null;
  constructor(
    source: string,
    message: string,
    options: { retryable: boolean; cause?: unknown; code?: AdapterErrorCode },
  ) {
    super(message, { cause: options.cause });
    this.name = 'AdapterError';
    this.source = source;
    this.retryable = options.retryable;
    this.code = options.code ?? null;
  }
}

export interface Clock {
  now(): EpochMs;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/**
 * What is asked for beyond the prompt, where the model's family takes it; a server that refuses one is asked without it.
 * Without `json_schema` any JSON object is asked for, without `response_format` no form at all; `max_tokens` is the older name of
 * `max_completion_tokens`, sent in its place.
 */
export type OptionalParameter =
  | 'json_schema'
  | 'response_format'
  | 'reasoning_effort'
  | 'temperature'
  | 'max_completion_tokens'
  | 'max_tokens';

export interface ModelRequest {
  readonly model: string;
  readonly system: string;
  readonly user: string;
  /** Strict JSON schema of the answer, for models that enforce one. */
  readonly schema: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
  readonly timeoutMs: number;
  /** Left out, since the server refused them before. */
  readonly without?: readonly OptionalParameter[];
}

/** What a refusal may be about. */
export interface Refused {
  /** Empty where nothing of ours is at fault and another model may do better. */
  readonly parameters: readonly OptionalParameter[];
  /** Whether the server named them; else they are a guess. */
  readonly named: boolean;
}

/** What a call was billed for, as the server counts; zero where it does not say. */
export interface TokenUsage {
  /** All of the prompt, the cached part included. */
  readonly promptTokens: number;
  /** The part of the prompt that came from the server's cache, which costs less. */
  readonly cachedTokens: number;
  /** The answer, reasoning included. */
  readonly completionTokens: number;
}

export type ModelReply =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly finishReason: string;
      readonly usage: TokenUsage;
    }
  | {
      readonly kind: 'failure';
      readonly code:
        | 'model_not_found'
        | 'rate_limited'
        | 'too_many_tokens'
        | 'capacity'
        | 'timeout'
        | 'network'
        | 'server_error'
        | 'request_refused'
        | 'too_large'
        | 'empty';
      /** What was said, and what to do about it. */
      readonly detail: string;
      /** How long the server asks us to stay away. */
      readonly retryAfterMs: number | null;
      /** The body that came back, cut, cleaned and without keys. */
      readonly raw?: string | null;
      /** Set where it was the request that was refused, and not the key or the path. */
      readonly refused?: Refused;
      /** An answer that cannot be used costs what any other does; absent where nothing was billed. */
      readonly usage?: TokenUsage;
    };

/** One call of one model. Never retries, never throws for what a server may answer. */
export interface Model {
  complete(request: ModelRequest): Promise<ModelReply>;
}

/** What is told on the bus; `docs/events.md` shows each, and `lib/app/report/event-schema.ts` is what it holds to. */
export interface AutoscalerEvent {
  readonly type:
    | 'DecisionApplied'
    | 'DecisionRefused'
    /** A write was refused by the cluster, or nobody knows what became of it. */
    | 'DecisionFailed'
    /** Somebody else wrote the workload meanwhile. */
    | 'DecisionConflicted'
    /** A change waits for a person to approve it. */
    | 'DecisionProposed'
    /** A workload lost its rung for harm that its own scale-ins did. */
    | 'WorkloadDemoted'
    /** A level went out of its band, or came back into it. */
    | 'LevelOver'
    | 'LevelBack'
    | 'TickFinished'
    | 'TickFailed'
    | 'ClusterOnHold'
    | 'HoldEnded'
    | 'BlastRadiusReached'
    /** A person stopped every change in a cluster, or let them go on. */
    | 'KillSwitchOn'
    | 'KillSwitchOff';
  readonly at: EpochMs;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EventSink {
  /** At least once each: an event may come twice. @throws AdapterError that says how many were not taken, and why */
  publish(events: readonly AutoscalerEvent[]): Promise<void>;
}
