// Regions of every part of AWS: their hosts, their ARNs, and what the configuration accepts of them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presignToken } from '../../lib/adapters/eks/token.ts';
import { isRegion, partitionOf, placeOfArn, regionOfHost, serviceHost } from '../../lib/aws/partition.ts';
import { readConfig } from '../../lib/config.ts';

/** Region, its partition, its domain: from AWS's own list of partitions. */
const REGIONS = [
  ['ap-southeast-7', 'aws', 'amazonaws.com'],
  ['mx-central-1', 'aws', 'amazonaws.com'],
  ['cn-northwest-1', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-east-1', 'aws-us-gov', 'amazonaws.com'],
  ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
  ['us-iso-west-1', 'aws-iso', 'c2s.ic.gov'],
  ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['eu-isoe-west-1', 'aws-iso-e', 'cloud.adc-e.uk'],
  ['us-isof-south-1', 'aws-iso-f', 'csp.hci.ic.gov'],
  ['eusc-de-west-2', 'aws-eusc', 'amazonaws.eu'], // newer than the table: known by its prefix
] as const;

describe.each(REGIONS)('%s', (region, partition, domain) => {
  const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };

  it(`is a region of ${partition}, whose services answer under ${domain}`, () => {
    expect(isRegion(region)).toBe(true);
    expect(partitionOf(region)).toBe(partition);
    expect(serviceHost('sts', region)).toBe(`sts.${region}.${domain}`);
  });

  it('has its clusters signed in to by its own STS', async () => {
    const token = await presignToken({ clusterName: 'prod', region }, keys, Date.parse('2026-01-02T03:04:05Z'));
    const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
    expect(url.hostname).toBe(`sts.${region}.${domain}`);
  });

  it('has its API signed for it', () => {
    expect(regionOfHost(`abc123.execute-api.${region}.${domain}`, 'execute-api')).toBe(region);
    expect(regionOfHost(`execute-api.${region}.${domain}`, 'execute-api')).toBe(region);
  });

  it('is accepted for a cluster, with a role of its own partition only', () => {
    const config = (roleArn: string) => () =>
      readConfig({
        TABLE_NAME: 'ai4k8s',
        CLUSTERS: JSON.stringify([{ id: 'prod', eks: { name: 'prod', region, roleArn } }]),
      });
    expect(config(`arn:${partition}:iam::210987654321:role/ai4k8s`)().CLUSTERS[0]?.eks?.region).toBe(region);
    const other = partition === 'aws' ? 'aws-cn' : 'aws';
    expect(config(`arn:${other}:iam::210987654321:role/ai4k8s`)).toThrow(
      `eks.roleArn: expected arn:${partition}:…, the partition of ${region}: roles cannot be assumed across partitions`,
    );
  });
});

describe('a host', () => {
  it.each([
    'abc.execute-api.eu-west-1.amazonaws.com.evil.example',
    'abc.execute-api.eu-west-1.amazonaws.eu',
    'abc.execute-api.cn-north-1.amazonaws.com',
    'abc.execute-api.eu-west-1.evil.example',
    'execute-api.eu-west-1.amazonaws.com.execute-api.eu-west-1.evil.example',
    'abcexecute-api.eu-west-1.amazonaws.com',
    'api.example.com',
    '127.0.0.1',
    'localhost',
    '',
  ])('that is not AWS is never signed for: %s', (hostname) => {
    expect(regionOfHost(hostname, 'execute-api')).toBeNull();
  });

  it('is signed for only where the domain after the region is that of its partition', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REGIONS), fc.domain(), ([region, , domain], other) => {
        const found = regionOfHost(`abc.execute-api.${region}.${other}`, 'execute-api');
        expect(found).toBe(other === domain ? region : null);
      }),
    );
  });
});

it.each(['eu west 1', 'EU-WEST-1', 'mars', 'eu-west-1.evil.example', 'eu-west-1/', '', 'eu-west-123', 'eu-west'])(
  'no region is named %j',
  (text) => {
    expect(isRegion(text)).toBe(false);
  },
);

describe('an ARN', () => {
  it('says where it belongs', () => {
    expect(placeOfArn('arn:aws-eusc:kms:eusc-de-east-1:210987654321:key/1')).toEqual({
      partition: 'aws-eusc',
      region: 'eusc-de-east-1',
    });
    expect(placeOfArn('arn:aws:iam::210987654321:role/x')).toEqual({ partition: 'aws', region: '' });
    for (const none of ['', 'role/x', 'arn:aws', 'arn:aws:iam']) expect(placeOfArn(none)).toBeNull();
  });
});
