// The one table: history, decisions, policies, advice and leases. It outlives the stack.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';
import { allow, type Grant } from './grant.ts';

/** What lib/adapters/dynamo sends; nothing is ever deleted but by TTL, and nothing scans. */
const READS = ['dynamodb:GetItem', 'dynamodb:Query'];
const WRITES = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];

/** Partitions of workloads (advice, the claim on its next call, decisions; not policies), of the models' quotas and of what was spent. */
const ADVICE_KEYS = ['C#*#W#*', 'BUCKET#*', 'SPENT#*'];

export class Storage extends Construct {
  readonly table: TableV2;
  private readonly encryption: Encryption;

  constructor(scope: Construct, id: string, encryption: Encryption) {
    super(scope, id);
    this.encryption = encryption;
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'expires_at',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: encryption.table(),
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Every item. */
  readWrite(): Grant {
    return this.grant([allow([...READS, ...WRITES], this.table.tableArn), ...this.encryption.useTable()]);
  }

  /** Reads everything; writes only where asking the LLM must leave something behind. */
  readAndKeepAdvice(): Grant {
    const writes = new PolicyStatement({
      effect: Effect.ALLOW,
      actions: WRITES,
      resources: [this.table.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ADVICE_KEYS },
        Null: { 'dynamodb:LeadingKeys': 'false' }, // ForAllValues is also true of no key at all
      },
    });
    return this.grant([allow(READS, this.table.tableArn), writes, ...this.encryption.useTable()]);
  }

  private grant(statements: readonly PolicyStatement[]): Grant {
    return { environment: { TABLE_NAME: this.table.tableName }, statements };
  }
}
