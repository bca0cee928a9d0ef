// The two queues of the tick: shards that are to be evaluated within it, and shards whose history is to be fitted anew.
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';
import type { AutoscalerFunction } from './functions.ts';
import type { Pace } from './pace.ts';
import { WorkQueue } from './work-queue.ts';

/** It stops fitting after 90 s (lib/app/tick/learn-messages.ts), then ends the workload it is at and writes. */
export const LEARN_TIMEOUT_SECONDS = 150;
/** As AWS advises where a message must not be had twice: room for the poller's own tries. */
const TIMEOUTS_HIDDEN = 6;

/** Shards a message loop takes at once, and loops: eight leave a young account (ten invocations in all) two for tick and API. */
const EVALUATE = { batch: 4, atOnce: 8 };
/** The least that Lambda takes. Learning has a day. */
const LEARN = { batch: 1, atOnce: 2 };

export class WorkQueues extends Construct {
  readonly shards: WorkQueue;
  readonly learning: WorkQueue;

  constructor(scope: Construct, id: string, { pace, encryption }: { readonly pace: Pace; encryption: Encryption }) {
    super(scope, id);
    this.shards = new WorkQueue(this, 'Shards', {
      urlVariable: 'SHARD_QUEUE_URL',
      // One tick, not AWS's six time-outs: a shard that comes back is past its fence and is dropped, since the next tick has taken
      // it up. Two consumers of one shard are told apart by the table, and the poller is never throttled (`atOnce`).
      hiddenFor: pace.tick,
      // Three tries, so that a function that cannot start puts its messages aside before they are gone.
      keptFor: pace.ticks(5),
      encryption,
    });
    this.learning = new WorkQueue(this, 'Learning', {
      urlVariable: 'LEARN_QUEUE_URL',
      hiddenFor: Duration.seconds(TIMEOUTS_HIDDEN * LEARN_TIMEOUT_SECONDS),
      keptFor: Duration.hours(1),
      encryption,
    });
  }

  feed(evaluate: AutoscalerFunction, learn: AutoscalerFunction): void {
    this.shards.feed(evaluate.lambda, EVALUATE);
    this.learning.feed(learn.lambda, LEARN);
  }
}
