// Which part of AWS a region belongs to, by the SDK's own table: China, GovCloud, the isolated regions and the European
// sovereign cloud each have a domain and an ARN prefix of their own.
import { partition } from '@aws-sdk/core/client';

/** What every region's name looks like; the table says more of those it knows, and guesses at newer ones by their prefix. */
const REGION = '[a-z]{2,8}(?:-[a-z]+)+-[0-9]{1,2}';
const WHOLE_REGION = new RegExp(`^${REGION}$`);

/** Whether a text has the shape of a region's name, such as `eu-west-1`, `us-isob-east-1` or `eusc-de-east-1`. */
export function isRegion(text: string): boolean {
  return WHOLE_REGION.test(text);
}

/** `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`, `aws-iso` …: the second field of every ARN of that region. */
export function partitionOf(region: string): string {
  return partition(region).name;
}

/** The host of a service in a region, without a scheme: `sts.eusc-de-east-1.amazonaws.eu`. */
export function serviceHost(service: string, region: string): string {
  return `${service}.${region}.${partition(region).dnsSuffix}`;
}

/**
 * The region in a host such as `abc.execute-api.eu-west-1.amazonaws.com`, or null where it is no host of that service: what
 * is signed for AWS is sent to AWS's own domains only.
 */
export function regionOfHost(hostname: string, service: string): string | null {
  const region = new RegExp(`(?:^|\\.)${service}\\.(${REGION})\\.`).exec(hostname)?.[1];
  if (region === undefined) return null;
  const { dnsSuffix, dualStackDnsSuffix } = partition(region);
  const [, after] = hostname.split(`${service}.${region}.`);
  // The middle one is an endpoint within a VPC.
  return [dnsSuffix, `vpce.${dnsSuffix}`, dualStackDnsSuffix].some((suffix) => suffix === after) ? region : null;
}

/** The partition and the region (empty where the service has none) of an ARN, or null where it is none. */
export function placeOfArn(arn: string): { readonly partition: string; readonly region: string } | null {
  const [, partitionName, region] = /^arn:([a-z-]+):[a-z0-9-]+:([a-z0-9-]*):/.exec(arn) ?? [];
  return partitionName === undefined || region === undefined ? null : { partition: partitionName, region };
}
