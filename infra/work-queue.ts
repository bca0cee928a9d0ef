// A queue between the tick and a function that does part of its work: what nobody could do three times is put aside and alarms.
import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';
import { allow, type Grant } from './grant.ts';

export interface WorkQueueProps {
  /** How its address is told to whoever sends. */
  readonly urlVariable: string;
  /** Not before then is a message given to another consumer; at least as long as the function may run. */
  readonly hiddenFor: Duration;
  /** After which a message is worth nothing; long enough for three tries. */
  readonly keptFor: Duration;
  readonly encryption: Encryption;
  /** Where messages are put aside; a queue of its own unless given. */
  readonly putAside?: Queue;
}

const TRIES = 3;
/** Long enough for a person to look at it after a weekend. */
const PUT_ASIDE_FOR = Duration.days(4);
const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly putAside: Queue;
  private readonly props: WorkQueueProps;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.props = props;
    const { key } = props.encryption;
    const common = {
      enforceSSL: true,
      ...(key === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
    };
    this.putAside = props.putAside ?? new Queue(this, 'PutAside', { ...common, retentionPeriod: PUT_ASIDE_FOR });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: props.hiddenFor,
      retentionPeriod: props.keptFor,
      deadLetterQueue: { queue: this.putAside, maxReceiveCount: TRIES },
    });
  }

  send(): Grant {
    return {
      environment: { [this.props.urlVariable]: this.queue.queueUrl },
      statements: [allow(['sqs:SendMessage'], this.queue.queueArn), ...this.props.encryption.sendToQueue()],
    };
  }

  receive(): Grant {
    const statements = [allow(CONSUME, this.queue.queueArn), ...this.props.encryption.receiveFromQueue()];
    return { environment: {}, statements };
  }

  /**
   * The construct of CDK for this would grant by itself, and more than polling needs.
   * @param atOnce invocations; the poller then takes no message that it could not hand on, which would cost it a try
   */
  feed(fn: IFunction, { batch, atOnce }: { readonly batch: number; readonly atOnce: number }): void {
    const mapping = new EventSourceMapping(this, 'Feed', {
      target: fn,
      eventSourceArn: this.queue.queueArn,
      batchSize: batch,
      maxConcurrency: atOnce,
      reportBatchItemFailures: true,
    });
    // Lambda looks whether the role may poll when the mapping is made.
    if (fn.role) mapping.node.addDependency(fn.role);
  }
}
