// The one table: history, decisions, policies, advice and leases. It outlives the stack.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { WRITTEN_BY, type Writer } from '../lib/adapters/dynamo/partitions.ts';
import type { Encryption } from './encryption.ts';
import { allow, type Grant } from './grant.ts';

/** What lib/adapters/dynamo sends; nothing is ever deleted but by TTL, and nothing scans. */
const READS = ['dynamodb:GetItem', 'dynamodb:Query'];
const WRITES = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];

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

  /** Reads everything; writes to the partitions that this function's use cases write to, and to no other. */
  readAndWriteAs(writer: Writer): Grant {
    const writes = new PolicyStatement({
      effect: Effect.ALLOW,
      actions: WRITES,
      resources: [this.table.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...WRITTEN_BY[writer]] },
        Null: { 'dynamodb:LeadingKeys': 'false' }, // ForAllValues is also true of no key at all
      },
    });
    return this.grant([allow(READS, this.table.tableArn), writes, ...this.encryption.useTable()]);
  }

  private grant(statements: readonly PolicyStatement[]): Grant {
    return { environment: { TABLE_NAME: this.table.tableName }, statements };
  }
}
