// A key of the customer's: everything that is stored uses it, each function may use it in one way, and nothing asks for a wildcard.
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDeployment } from '../../infra/deployment.ts';
import { type Synthesis, synthesise } from './synthesis.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const CLUSTERS = [{ id: 'prod', eks: { name: 'prod', region: 'eu-west-1' } }];

let synthesis: Synthesis;
let plain: Template;
let keyed: Template;

beforeAll(() => {
  synthesis = synthesise({ Plain: {}, Keyed: { kmsKeyArn: KEY, alarmEmail: 'ops@example.com' } }, { bundles: false });
  const { Plain, Keyed } = synthesis.templates;
  if (Plain === undefined || Keyed === undefined) throw new Error('a stack is missing');
  plain = Plain;
  keyed = Keyed;
}, 180_000);
afterAll(() => synthesis?.remove());

describe('with a key', () => {
  it('table, secret, logs, events, queues, alarms and the environment of the functions are encrypted with it', () => {
    keyed.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [Match.objectLike({ SSESpecification: { KMSMasterKeyId: KEY } })],
    });
    keyed.allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: KEY });
    keyed.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: KEY });
    keyed.allResourcesProperties('AWS::Events::EventBus', { KmsKeyIdentifier: KEY });
    keyed.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    keyed.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: KEY });
    keyed.allResourcesProperties('AWS::Lambda::Function', { KmsKeyArn: KEY });
  });

  it('each function may use it for its table, its secret and its environment, by name', () => {
    const used = new Map(
      Object.entries(keyed.findResources('AWS::IAM::Policy')).map(([id, { Properties }]) => {
        const statements: { Action: string | string[]; Resource: unknown; Condition?: unknown }[] =
          Properties.PolicyDocument.Statement;
        const ofKey = statements.filter(({ Resource }) => Resource === KEY);
        expect(JSON.stringify(ofKey)).not.toMatch(/kms:[A-Za-z]*\*/);
        const services = ofKey.map(
          ({ Condition }) => /(dynamodb|secretsmanager|sqs)/.exec(JSON.stringify(Condition) ?? '')?.[1],
        );
        return [id.replace(/Role.*/, ''), services.map((service) => service ?? 'itself').toSorted()];
      }),
    );
    const all = ['dynamodb', 'itself', 'secretsmanager'];
    const queued = [...all, 'sqs'];
    expect(Object.fromEntries(used)).toEqual({
      Tick: queued,
      Evaluate: queued,
      Learn: ['dynamodb', 'itself', 'sqs'],
      Look: ['dynamodb', 'itself', 'sqs'],
      Query: all,
      Command: all,
      Watchdog: ['dynamodb', 'itself'],
    });
  });

  it('an output has what its own policy must say, for the services that use it in their own name', () => {
    const { Value } = keyed.toJSON().Outputs.KmsKeyPolicy;
    const text = JSON.stringify(Value);
    for (const service of ['logs.', 'events.amazonaws.com', 'cloudwatch.amazonaws.com'])
      expect(text).toContain(service);
  });
});

it('without one AWS manages the keys, and no right on any is asked for', () => {
  expect(JSON.stringify(plain.toJSON())).not.toMatch(/kms:|KmsKey|KmsMaster/);
});

describe('the ARN of a key', () => {
  const withKey = (kmsKeyArn: string) => () =>
    readDeployment((key) => ({ clusters: CLUSTERS, kmsKeyArn })[key as 'clusters' | 'kmsKeyArn']);

  it.each([
    KEY,
    'arn:aws-eusc:kms:eusc-de-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    'arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab',
  ])('is taken: %s', (arn) => expect(withKey(arn)().kmsKeyArn).toBe(arn));

  it.each([
    'alias/ours',
    'arn:aws:kms:eu-west-1:111122223333:alias/ours',
    '1234abcd-12ab-34cd-56ef-1234567890ab',
    'arn:aws:kms:eusc-de-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    'arn:aws:kms:*:111122223333:key/*',
  ])('is refused with what is expected: %s', (arn) =>
    expect(withKey(arn)).toThrow('kmsKeyArn: expected the ARN of a KMS key such as arn:aws:kms:'),
  );
});
