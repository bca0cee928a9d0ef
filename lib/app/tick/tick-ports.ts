// What ticks need of the world, and how they are set: the same for a tick, for the shards it hands on, and for learning.
import type { EventRecorder, LimitsReader, PodResizer } from '../ports/cluster.ts';
import type { LookTask } from '../ports/look-task.ts';
import type { Meter } from '../ports/meter.ts';
import type { MetricSink } from '../ports/metric-sink.ts';
import type { PolicyStore } from '../ports/policy-store.ts';
import type { ProgressStore } from '../ports/progress-store.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import type { LearnTask, ShardTask } from '../ports/shard-task.ts';
import type { TaskQueue } from '../ports/task-queue.ts';
import type { TickStore } from '../ports/tick-store.ts';
import type { Clock, EventSink, Log } from '../ports/world.ts';
import type { DecidePorts, DecideSettings } from './decide-shard.ts';
import type { SafetySettings } from './restrain.ts';

/** What the evaluation of shards needs, wherever it happens. */
export interface EvaluatePorts extends DecidePorts {
  readonly ticks: TickStore;
  readonly progress: ProgressStore;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LimitsReader;
  readonly noticeBoard: EventRecorder;
  /** Absent: no pod is resized. */
  readonly resizer?: PodResizer;
  /** Absent: nothing is told to a time series database. */
  readonly metrics?: MetricSink;
  /** Absent: nobody counts ticks. */
  readonly meter?: Meter;
  /** Real time, also where `clock` runs faster: leases and calls end by it. */
  readonly wall: Clock;
}

export interface TickPorts extends EvaluatePorts {
  readonly policies: PolicyStore;
  readonly schedules: ScheduleStore;
  /** Absent: a tick evaluates all of its shards itself. */
  readonly shardQueue?: TaskQueue<ShardTask>;
  /** Absent: shards learn in turns, where they are evaluated. */
  readonly learnQueue?: TaskQueue<LearnTask>;
  /** Hands each look over at its time. Absent: nobody looks between two ticks. */
  readonly lookQueue?: TaskQueue<LookTask>;
}

export interface TickSettings extends DecideSettings {
  readonly safety: SafetySettings;
  /** Whether changes and problems are also left as an annotation: needs the optional role. */
  readonly annotate: boolean;
  /** A cluster of so many shards is evaluated by the tick itself, also where there is a queue. */
  readonly shardsInPlace: number;
  /** How often is looked between two ticks, seconds. Absent or 0: never. */
  readonly lookSeconds?: number;
}
