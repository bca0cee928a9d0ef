// The key that what is stored is encrypted with: AWS's own, or a customer's, whose policy stays the customer's to write.
import { ArnFormat, Stack } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { allow } from './grant.ts';

/** As AWS lists them for those who use a table, each by name rather than `kms:ReEncrypt*`. */
const USE = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Services that use the key in their own name, and so must be let in by its policy. */
const SERVICES = ['logs', 'events', 'cloudwatch'] as const;

export class Encryption extends Construct {
  /** Undefined where AWS's own keys are used. */
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, kmsKeyArn: string | undefined) {
    super(scope, id);
    this.key = kmsKeyArn === undefined ? undefined : Key.fromKeyArn(this, 'Key', kmsKeyArn);
  }

  table(): TableEncryptionV2 {
    // Either way its use is in CloudTrail, which the default key's is not.
    return this.key === undefined ? TableEncryptionV2.awsManagedKey() : TableEncryptionV2.customerManagedKey(this.key);
  }

  useTable(): PolicyStatement[] {
    return this.through('dynamodb', USE);
  }

  readSecret(): PolicyStatement[] {
    return this.through('secretsmanager', ['kms:Decrypt']);
  }

  sendToQueue(): PolicyStatement[] {
    // Decrypt as well: SQS reuses a data key for some minutes.
    return this.through('sqs', ['kms:GenerateDataKey', 'kms:Decrypt']);
  }

  receiveFromQueue(): PolicyStatement[] {
    return this.through('sqs', ['kms:Decrypt']);
  }

  /** A function decrypts its own environment when it starts. */
  readEnvironment(): PolicyStatement[] {
    return this.key === undefined ? [] : [allow(['kms:Decrypt'], this.key.keyArn)];
  }

  /** What the key's own policy must say before the first deployment, in the form a key policy has. */
  keyPolicyStatements(): readonly object[] {
    const stack = Stack.of(this);
    const { account, region, urlSuffix } = stack;
    const logGroups = stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return SERVICES.map((service) => ({
      Sid: `Ai4k8s-${service}`,
      Effect: 'Allow',
      Principal: { Service: service === 'logs' ? `logs.${region}.${urlSuffix}` : `${service}.amazonaws.com` },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition:
        service === 'logs'
          ? { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } }
          : { StringEquals: { 'aws:SourceAccount': account } },
    }));
  }

  /** The key, on behalf of whoever uses that service, and no other way. */
  private through(service: string, actions: readonly string[]): PolicyStatement[] {
    if (this.key === undefined) return [];
    const { region, urlSuffix } = Stack.of(this);
    return [
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: [...actions],
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.${urlSuffix}` } },
      }),
    ];
  }
}
