// ARNs of what the stack does not make itself, from what an installation states of it.
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { partitionOf } from '../lib/aws/partition.ts';
import { workspaceIn } from '../lib/aws/workspace.ts';

/** @param id name or ARN; by its name, Secrets Manager adds a dash and six characters */
export function secretArn(scope: Construct, id: string): string {
  if (/^arn:.*:secret:.*-\w{6}$/.test(id)) return id;
  if (id.startsWith('arn:')) return `${id}-??????`;
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${id}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** @param url of Amazon Managed Service for Prometheus; that it shows a workspace was checked when the context was read */
export function workspaceArn(scope: Construct, url: URL, region: string): string {
  return Stack.of(scope).formatArn({
    service: 'aps',
    partition: partitionOf(region),
    region,
    resource: 'workspace',
    resourceName: workspaceIn(url) ?? '',
  });
}
