// What the table and the clusters lend: the environment variable and the narrowest statement that makes it useful.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { ClusterAccess } from '../../infra/cluster-access.ts';
import { Encryption } from '../../infra/encryption.ts';
import type { Grant } from '../../infra/grant.ts';
import { Storage } from '../../infra/storage.ts';
import { bareStack } from './bare-stack.ts';
import { PROJECT } from './synthesis.ts';

const CLUSTERS = [
  { id: 'prod', eks: { name: 'prod-blue', region: 'eu-west-1' } },
  { id: 'dev', eks: { name: 'dev', region: 'us-east-1' } },
  { id: 'eu', eks: { name: 'eu', region: 'eusc-de-east-1' } },
];

function storage() {
  const stack = bareStack();
  return { stack, storage: new Storage(stack, 'Storage', new Encryption(stack, 'Encryption', undefined)) };
}

function statements({ statements }: Grant) {
  return statements.map((statement) => statement.toStatementJson());
}

describe('the table', () => {
  it('has string keys pk and sk, is billed on demand and forgets by expires_at', () => {
    Template.fromStack(storage().stack).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    });
  });

  it('survives a mistake: deletion protection, recovery to any second, and the stack leaves it behind', () => {
    Template.fromStack(storage().stack).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        SSESpecification: { SSEEnabled: true },
        Replicas: [
          Match.objectLike({
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        ],
      },
    });
  });

  it('is opened for the commands that its adapter sends, and no others', () => {
    const source = readFileSync(join(PROJECT, 'lib/adapters/dynamo/table.ts'), 'utf8');
    const sent = [...source.matchAll(/new (Get|Put|Query|Update|Delete|Scan|Batch\w+|Transact\w+)Command\(/g)];
    const actions = sent.map(([, verb = '']) => (verb === 'Query' ? 'dynamodb:Query' : `dynamodb:${verb}Item`));
    const granted = statements(storage().storage.readAndWriteAs('tick')).flatMap(({ Action }) => Action);
    expect(granted.toSorted()).toEqual([...new Set(actions)].toSorted());
  });

  const LLM = ['ADVICE#*', 'BUCKET#*', 'SPENT#*'];
  it.each([
    ['tick', ['C#*#S#*', 'C#*#W#*', 'C#*#ASKED', 'C#*#FLOOR', 'C#*#RESULT', 'SHARDS#*', 'LEASE#*', ...LLM]],
    ['evaluate', ['C#*#S#*', 'C#*#W#*', 'C#*#ASKED', 'C#*#FLOOR', 'C#*#RESULT', 'LEASE#*', ...LLM]],
    ['learn', ['C#*#S#*']],
    ['look', ['C#*#S#*', 'C#*#W#*', 'LEASE#*']],
    ['query', LLM],
    ['command', ['C#*#W#*', 'C#*#POLICY', 'C#*#SCHED', 'C#*#ASKED', 'C#*#FLOOR', 'LEASE#*', 'ANSWER#*', ...LLM]],
    ['watchdog', ['C#*#S#*', 'C#*#W#*', 'C#*#FLOOR', 'LEASE#*']],
  ] as const)('to %s is open for reading, and for writing in the partitions of its use cases only', (writer, keys) => {
    const { stack, storage: table } = storage();
    const [reads, writes, ...more] = statements(table.readAndWriteAs(writer));
    expect(more).toEqual([]);
    expect(reads.Action).toEqual(['dynamodb:GetItem', 'dynamodb:Query']);
    expect(writes).toEqual({
      Effect: 'Allow',
      Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
      Resource: table.table.tableArn,
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    });
    expect(stack.resolve(reads.Resource)).toEqual(stack.resolve(writes.Resource));
  });
});

describe('the clusters', () => {
  it('are described one by one, each in its region', () => {
    const stack = bareStack();
    const { environment, statements: granted } = new ClusterAccess(stack, 'Clusters', CLUSTERS).connect();
    expect(JSON.parse(environment.CLUSTERS ?? '')).toEqual(CLUSTERS);
    const [only, ...more] = granted.map((statement) => stack.resolve(statement.toStatementJson()));
    expect(more).toEqual([]);
    expect(only.Action).toBe('eks:DescribeCluster');
    const resources = JSON.stringify(only.Resource);
    for (const { eks } of CLUSTERS) {
      const partition = eks.region.startsWith('eusc-') ? 'aws-eusc' : 'aws';
      expect(resources).toMatch(new RegExp(`"arn:${partition}:eks:${eks.region}:.*?:cluster/${eks.name}"`));
    }
    expect(resources).not.toContain('*');
  });

  it('can be named to a function without letting it in', () => {
    const access = new ClusterAccess(bareStack(), 'Clusters', CLUSTERS).names();
    expect(access.environment.CLUSTERS).toContain('prod-blue');
    expect(access.statements).toEqual([]);
  });

  it('in other accounts are reached by assuming exactly the roles named, and described by those roles', () => {
    const roleArn = 'arn:aws:iam::210987654321:role/ai4k8s';
    const elsewhere = ['eu', 'us'].map((id) => ({ id, eks: { name: id, region: 'eu-west-1', roleArn } }));
    const stack = bareStack();
    const access = new ClusterAccess(stack, 'Clusters', [...CLUSTERS, ...elsewhere]);
    const [describeOwn, assume, ...more] = access.connect().statements.map((one) => one.toStatementJson());
    expect(more).toEqual([]);
    expect(stack.resolve(describeOwn).Resource).toHaveLength(CLUSTERS.length);
    expect(assume).toEqual({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn });
    const noneOwn = new ClusterAccess(bareStack(), 'Clusters', elsewhere).connect();
    expect(noneOwn.statements.map((one) => one.toStatementJson().Action)).toEqual(['sts:AssumeRole']);
  });

  const roleArn = 'arn:aws:iam::210987654321:role/ai4k8s';
  const otherAccount = { id: 'other', eks: { name: 'other', region: 'eu-west-1', roleArn } };
  const entriesOf = (stack: Stack) => {
    const access = new ClusterAccess(stack, 'Clusters', [...CLUSTERS, otherAccount]);
    access.createEntries({ tick: Role.fromRoleArn(stack, 'Tick', 'arn:aws:iam::123456789012:role/tick') });
    const template = Template.fromStack(stack);
    const conditions = template.toJSON().Conditions ?? {};
    return Object.values(template.findResources('AWS::EKS::AccessEntry')).map(({ Properties, Condition }) => {
      const equals = Condition === undefined ? undefined : conditions[Condition]['Fn::Equals'];
      return [Properties.ClusterName, equals?.at(-1)];
    });
  };

  it.each([
    ['eu-west-1', 'prod-blue'],
    ['us-east-1', 'dev'],
  ])(
    'in other regions and accounts get no access entry from a stack in %s, which has no hands there',
    (region, own) => {
      expect(entriesOf(new Stack(new App(), 'Test', { env: { region } }))).toEqual([[own, undefined]]);
    },
  );

  it('get one, where the region is known at deployment only, if that is theirs then', () => {
    expect(entriesOf(bareStack())).toEqual(CLUSTERS.map(({ eks }) => [eks.name, eks.region]));
  });
});
