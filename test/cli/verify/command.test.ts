// `ai4k8s verify` as it is typed: what is missing is said before AWS is asked anything, and its help teaches what it takes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

function ai4k8s(given: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cli = join(import.meta.dirname, '../../../cli/main.ts');
  const { PATH = '' } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'verify', ...given], {
    encoding: 'utf8',
    env: { PATH, HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  return { status, said: stdout + stderr };
}

it.each([
  [[], "required option '--stack <name>' not specified"],
  [['--stack', 'A', '--try'], '--try makes a Deployment: say where with --namespace'],
  [['--stack', 'A', '--try', '--namespace', '../x'], 'expected the name of a namespace'],
])('%j is refused', (given, expected) => {
  const { status, said } = ai4k8s(given);
  expect(status).toBe(2);
  expect(said).toContain(expected);
});

it.each([
  ['without a region', {}, 'Set AWS_REGION'],
  ['without credentials', { AWS_REGION: 'eu-west-1' }, 'Provide AWS credentials'],
])('%s it names the variables to set', (_, env, expected) => {
  const { status, said } = ai4k8s(['--stack', 'A'], env);
  expect(status).toBe(1);
  expect(said).toMatch(new RegExp(`✗ identity: [^→]*→ ${expected}`));
  expect(said).toContain('The stack is not proven');
});

it('lists in its help every right that it asks with', () => {
  const { said } = ai4k8s(['--help']);
  for (const right of [
    'DescribeStacks',
    'ListStackResources',
    'GetTemplate',
    'DescribeTable',
    'DescribeTimeToLive',
    'DescribeContinuousBackups',
    'GetItem',
    'DescribeAccessEntry',
    'GetQueueAttributes',
    'DescribeEventBus',
    'DescribeSecret',
    'DescribeAlarms',
    'GetMetricData',
    'execute-api:Invoke',
  ])
    expect(said).toContain(right);
});
