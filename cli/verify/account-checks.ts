// The first checks: who is asking, and what stack it is. Without the stack nothing else can be asked.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { broken, type Check, ok, warning } from '../check.ts';
import { messageOf } from '../terminal.ts';
import { asking, LIMITS, unanswered } from './asking.ts';
import { ForeignStack, type Installation, readInstallation } from './installation.ts';

export async function identityCheck(region: string | undefined): Promise<readonly Check[]> {
  const question = { name: 'identity', action: 'sts:GetCallerIdentity', subject: 'AWS' };
  return asking(question, async () => {
    const client = new STSClient({ ...LIMITS, ...(region !== undefined && { region }) });
    try {
      const { Arn, Account } = await client.send(new GetCallerIdentityCommand({}));
      return ok('identity', `${Arn}, account ${Account}`);
    } finally {
      client.destroy();
    }
  });
}

/** Null beside a check that says why. Throws nothing. */
export async function stackCheck(
  stackName: string,
  region: string | undefined,
): Promise<{ readonly check: Check; readonly installation: Installation | null }> {
  const client = new CloudFormationClient({ ...LIMITS, ...(region !== undefined && { region }) });
  const question = {
    name: 'stack',
    action: 'cloudformation:DescribeStacks, ListStackResources and GetTemplate',
    subject: `stack ${stackName}`,
  };
  try {
    const installation = await readInstallation(client, stackName);
    return { check: stateCheck(installation), installation };
  } catch (error) {
    return { check: notRead(stackName, region, error) ?? unanswered(question, error), installation: null };
  } finally {
    client.destroy();
  }
}

function stateCheck({ stackName, status, statusReason, region, changedAt, clusters }: Installation): Check {
  const since = changedAt === 0 ? '' : ` since ${new Date(changedAt).toISOString().slice(0, 19)}Z`;
  const of = `${clusters.length} cluster${clusters.length === 1 ? '' : 's'}`;
  const saw = `${status}${since} in ${region}, ${of}${statusReason === '' ? '' : ` (${statusReason})`}`;
  const events = `aws cloudformation describe-stack-events --region ${region} --stack-name ${stackName}`;
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return ok('stack', saw);
  if (status.endsWith('_IN_PROGRESS')) return warning('stack', saw, 'wait until it is done, and ask again');
  if (status === 'UPDATE_ROLLBACK_COMPLETE')
    return warning('stack', `${saw}: what runs is the deployment before the last`, events);
  return broken('stack', saw, events);
}

/** Null where it is an error of asking. */
function notRead(stackName: string, region: string | undefined, error: unknown): Check | null {
  const message = messageOf(error);
  if (/does not exist/.test(message)) {
    const where = region === undefined ? 'in the region of AWS_REGION or the profile' : `in ${region}`;
    const todo = 'give --stack as cdk deploy prints it (context stackName, else Ai4k8s), and --region';
    return broken('stack', `there is no stack ${stackName} ${where}`, todo);
  }
  if (error instanceof ForeignStack)
    return broken('stack', message, 'give --stack as cdk deploy prints it (context stackName, else Ai4k8s)');
  return null;
}
