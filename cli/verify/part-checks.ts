// Whether the smaller parts are there and in order: the bus, the queues and what was put aside in them, the secret.
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, type QueueAttributeName, SQSClient } from '@aws-sdk/client-sqs';
import { broken, type Check, ok, warning } from '../check.ts';
import { asking, isAbsent, LIMITS } from './asking.ts';
import { type Installation, ofType } from './installation.ts';

const REDEPLOY = 'find out who removed it, and deploy again';

/** Throws nothing. */
export async function busCheck({ eventBusName, region }: Installation): Promise<readonly Check[]> {
  const subject = `event bus ${eventBusName}`;
  return asking({ name: 'bus', action: 'events:DescribeEventBus', subject }, async () => {
    const client = new EventBridgeClient({ ...LIMITS, region });
    try {
      const { Name } = await client.send(new DescribeEventBusCommand({ Name: eventBusName }));
      return ok('bus', `${Name} is there`);
    } catch (error) {
      if (isAbsent(error)) return broken('bus', `${subject} is gone: nobody is told of decisions`, REDEPLOY);
      throw error;
    } finally {
      client.destroy();
    }
  });
}

const COUNTED = {
  waiting: 'ApproximateNumberOfMessages',
  taken: 'ApproximateNumberOfMessagesNotVisible',
} as const satisfies Record<string, QueueAttributeName>;

/** Throws nothing. Dead-letter queues hold what nobody could do: there anything is too much. */
export async function queueChecks({ resources, region }: Installation): Promise<readonly Check[]> {
  const client = new SQSClient({ ...LIMITS, region });
  const checks = await Promise.all(
    ofType(resources, 'AWS::SQS::Queue').map(([id, { physicalId, properties }]) => {
      const isPutAside = properties.RedrivePolicy === undefined;
      const [, of = id] = /^Queues(Shards|Learning|Looks)/.exec(id) ?? [];
      const name = `${isPutAside ? 'dead letters' : 'queue'} ${of.toLowerCase()}`;
      return queueCheck(client, { name, url: physicalId, isPutAside, region });
    }),
  );
  client.destroy();
  return checks.flat();
}

interface QueueSeen {
  readonly name: string;
  readonly url: string;
  readonly isPutAside: boolean;
  readonly region: string;
}

function queueCheck(client: SQSClient, { name, url, isPutAside, region }: QueueSeen): Promise<readonly Check[]> {
  return asking({ name, action: 'sqs:GetQueueAttributes', subject: url }, async () => {
    try {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: Object.values(COUNTED) }),
      );
      const [waiting, taken] = [Number(Attributes[COUNTED.waiting]), Number(Attributes[COUNTED.taken])];
      if (isPutAside) return putAsideCheck(name, url, region, waiting + taken);
      const saw = `${waiting} wait, ${taken} are worked on`;
      if (waiting === 0 || taken > 0) return ok(name, saw);
      return warning(
        name,
        `${saw}: nobody takes them`,
        'ask again; if it stays so: aws lambda list-event-source-mappings',
      );
    } catch (error) {
      if (isAbsent(error)) return broken(name, `${url} is gone`, REDEPLOY);
      throw error;
    }
  });
}

function putAsideCheck(name: string, url: string, region: string, count: number): Check {
  if (count === 0) return ok(name, 'empty');
  const look = `aws sqs receive-message --region ${region} --queue-url ${url} --visibility-timeout 0, and the log of the function`;
  return broken(name, `${count} that failed three times`, look);
}

/** Throws nothing, and never reads the secret's value: whether there is one shows in its versions. */
export async function secretCheck({ secretId, region }: Installation): Promise<readonly Check[]> {
  const name = 'secret';
  const subject = `secret ${secretId}`;
  return asking({ name, action: 'secretsmanager:DescribeSecret', subject }, async () => {
    const client = new SecretsManagerClient({ ...LIMITS, region });
    try {
      const {
        Name,
        DeletedDate,
        VersionIdsToStages = {},
      } = await client.send(new DescribeSecretCommand({ SecretId: secretId }));
      const restore = `aws secretsmanager restore-secret --region ${region} --secret-id ${secretId}`;
      if (DeletedDate !== undefined) return broken(name, `${Name} is to be deleted`, restore);
      const hasValue = Object.values(VersionIdsToStages).some((stages) => stages.includes('AWSCURRENT'));
      const optional = 'no value yet, so the LLM takes no part; output Step1GroqKey puts one in';
      return ok(name, `${Name} is there, with ${hasValue ? 'a value' : optional}`);
    } catch (error) {
      if (isAbsent(error)) return broken(name, `${subject} is gone: the LLM takes no part`, REDEPLOY);
      throw error;
    } finally {
      client.destroy();
    }
  });
}
