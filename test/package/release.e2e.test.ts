// The folder for whoever has no CDK: its template stands by itself, and everything that it and its README name is there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAllYaml } from '@kubernetes/client-node';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { KUBERNETES_GROUP } from '../../infra/cluster-access.ts';
import { readConfig } from '../../lib/config.ts';
import { type EmptyFolder, emptyFolder } from './empty-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const GIVEN: Readonly<Record<string, string>> = {
  AssetBucket: 'our-bucket',
  AssetPrefix: 'ai4k8s/',
  ClusterId: 'prod',
  ClusterName: 'blue',
  ClusterRegion: 'eu-west-1',
  AlarmEmail: 'ops@example.com',
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '111122223333',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'Ai4k8s',
};
const PSEUDO = Object.keys(GIVEN).filter((name) => name.startsWith('AWS::'));

const read = (path: string) => readFileSync(join(inject('release'), path), 'utf8');
const template = () => JSON.parse(read('template.json'));

let folder: EmptyFolder;
beforeAll(() => {
  folder = emptyFolder();
});
afterAll(() => folder.remove());

/** Every `{ [key]: argument }` of a value, however deep. */
function uses(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) => [...(name === key ? [held] : []), ...uses(held, key)]);
}

/** What CloudFormation would make of a value; of what it would have to make first, the logical id. */
function evaluated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(evaluated);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', null], ...others] = Object.entries(value);
  if (others.length === 0 && name === 'Ref') return GIVEN[String(argument)] ?? `<${argument}>`;
  if (others.length === 0 && name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (others.length === 0 && name === 'Fn::Sub')
    return String(argument).replace(/\$\{(!?)([^}]*)\}/g, (_, kept, of) =>
      kept === '!' ? `\${${of}}` : (GIVEN[of] ?? '?'),
    );
  if (others.length === 0 && name === 'Fn::Join') {
    const [by, parts] = argument as [string, unknown[]];
    return parts.map(evaluated).join(by);
  }
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, evaluated(held)]));
}

function resourcesOf(type: string): readonly Readonly<Record<string, unknown>>[] {
  return (Object.values(template().Resources) as { Type: string; Properties: Record<string, unknown> }[])
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => evaluated(Properties) as Record<string, unknown>);
}

describe('the template', () => {
  it('is small enough for CloudFormation, and needs no bootstrap', () => {
    expect(Buffer.byteLength(read('template.json'))).toBeLessThan(1_000_000);
    expect(read('template.json')).not.toMatch(/cdk-hnb659fds|cdk-bootstrap|aws:cdk/);
    expect(Object.keys(template()).sort()).toEqual(['Conditions', 'Description', 'Outputs', 'Parameters', 'Resources']);
  });

  it('names only what is in it', () => {
    const { Resources, Parameters, Conditions } = template();
    const known = new Set([...Object.keys(Resources), ...Object.keys(Parameters), ...PSEUDO]);
    const named = [
      ...uses(template(), 'Ref'),
      ...uses(template(), 'Fn::GetAtt').map((argument) => (argument as string[])[0]),
      ...uses(template(), 'DependsOn').flat(),
      ...uses(template(), 'Fn::Sub').flatMap((text) =>
        [...String(text).matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, of]) => of),
      ),
    ];
    expect(named.length).toBeGreaterThan(200);
    expect(named.filter((name) => !known.has(String(name)))).toEqual([]);
    // IAM's own conditions are called so as well, and are no names.
    const conditions = uses(template().Resources, 'Condition').filter((argument) => typeof argument === 'string');
    expect(conditions).toEqual(Object.keys(Conditions));
  });

  it('has no parameter that nothing uses, and nothing left of what stood in for them', () => {
    const used = [...uses(template(), 'Ref'), ...uses(template(), 'Fn::Sub')].join(' ');
    for (const name of Object.keys(template().Parameters)) expect(used).toContain(name);
    expect(read('template.json')).not.toMatch(/of-parameter|ap-southeast-7/);
  });

  it('finds each function’s code beside it, as the package holds it', () => {
    const code = resourcesOf('AWS::Lambda::Function').map(({ Code }) => Code as { S3Bucket: string; S3Key: string });
    expect(code.map(({ S3Bucket }) => S3Bucket)).toEqual(Array(7).fill('our-bucket'));
    const names = code.map(({ S3Key }) => S3Key.replace(/^ai4k8s\//, ''));
    expect(names.toSorted()).toEqual(readdirSync(join(inject('release'), 'functions')).toSorted());
    for (const name of names) {
      const files = unzipSync(readFileSync(join(inject('release'), 'functions', name)));
      const packed = join(ROOT, 'dist/infra/assets', name.split('-')[0] ?? '');
      expect(Object.keys(files).sort()).toEqual(readdirSync(packed).sort());
      for (const [file, bytes] of Object.entries(files))
        expect(Buffer.compare(bytes, readFileSync(join(packed, file)))).toBe(0);
    }
  });

  it('tells its functions of the cluster that is given', () => {
    const environments = resourcesOf('AWS::Lambda::Function').map(
      ({ Environment }) => (Environment as { Variables: Record<string, string> }).Variables,
    );
    const cluster = { id: 'prod', eks: { name: 'blue', region: 'eu-west-1' } };
    const [environment] = environments;
    const there = { TABLE_NAME: 'table', CLUSTERS: environment?.CLUSTERS };
    expect(readConfig(there).CLUSTERS).toEqual([cluster]);
    expect(environments.filter(({ CLUSTERS }) => CLUSTERS === JSON.stringify([cluster])).length).toBe(7);
    const schedules = resourcesOf('AWS::Scheduler::Schedule').map(({ Target }) => (Target as { Input: string }).Input);
    expect(schedules.map((input) => JSON.parse(input).cluster)).toEqual(['prod', 'prod']);
    expect(JSON.stringify(resourcesOf('AWS::IAM::Policy'))).toContain(
      'arn:aws:eks:eu-west-1:111122223333:cluster/blue',
    );
    for (const { DashboardBody } of resourcesOf('AWS::CloudWatch::Dashboard')) JSON.parse(String(DashboardBody));
    const { Step2AccessEntries, Step3Rbac } = evaluated(template().Outputs) as Record<string, { Value: string }>;
    expect(Step2AccessEntries?.Value).toContain('create-access-entry --region eu-west-1 --cluster-name blue ');
    expect(Step3Rbac?.Value).toMatch(/--name blue && kubectl apply -k rbac$/);
  });
});

describe('the folder', () => {
  it('names what is there, and parameters that the template has', () => {
    const readme = read('README.md');
    const given = [...readme.matchAll(/\b([A-Z]\w+)=(?=["a-z])/g)].map(([, name = '']) => name);
    const parameters = Object.keys(template().Parameters);
    expect(given.filter((name) => parameters.includes(name)).sort()).toEqual(parameters.sort());
    for (const [, output] of readme.matchAll(/[Oo]utput `(\w+)`/g))
      expect(template().Outputs).toHaveProperty(output ?? '');
    const listed = [...readme.matchAll(/^\| `([^`]+)` /gm)].map(([, name = '']) => name.replace('/', ''));
    expect([...listed, 'README.md'].sort()).toEqual(readdirSync(inject('release')).sort());
  });

  it('has the role as a kustomization that kubectl builds', async () => {
    const kustomization = read('rbac/kustomization.yaml');
    const [{ resources }] = loadAllYaml(kustomization) as [{ resources: string[] }];
    expect(resources).toEqual(['rbac.yaml']);
    const optional = [...kustomization.matchAll(/^ {2}# - (\S+)$/gm)].map(([, file = '']) => file);
    const others = ['kustomization.yaml', ...resources, ...optional].sort();
    expect(others).toEqual(readdirSync(join(inject('release'), 'rbac')).sort());
    const hasKubectl = (await folder.run('kubectl', 'version', '--client')).status === 0;
    if (!hasKubectl) return;
    const { stdout, status } = await folder.run('kubectl', 'kustomize', join(inject('release'), 'rbac'));
    expect(status).toBe(0);
    expect(loadAllYaml(stdout)).toEqual(expect.arrayContaining(loadAllYaml(read('rbac/rbac.yaml'))));
  });

  it('lets in by Terraform whom the template names, as the group of the role', async () => {
    const snippet = read('access-entries.tf');
    const [, output = ''] = /outputs\["(\w+)"\]/.exec(snippet) ?? [];
    const { Value } = evaluated(template().Outputs[output]) as { Value: string };
    const roles = Value.split(',').map((role) => /^<(\w+?)Role\w*\.Arn>$/.exec(role)?.[1]);
    expect(roles).toEqual(['Tick', 'Evaluate', 'Look', 'Command', 'Watchdog']);
    expect(snippet).toContain(`kubernetes_groups = ["${KUBERNETES_GROUP}"]`);
    expect(read('rbac/rbac.yaml')).toContain(`name: ${KUBERNETES_GROUP}`);
    const hasTerraform = (await folder.run('terraform', '-version')).status === 0;
    if (hasTerraform)
      expect(
        await folder.run('terraform', 'fmt', '-check', join(inject('release'), 'access-entries.tf')),
      ).toMatchObject({
        status: 0,
      });
  });

  it('lists what the functions are made of, and nothing that only this project is developed with', () => {
    const { bomFormat, metadata, components } = JSON.parse(read('sbom.cdx.json'));
    expect([bomFormat, metadata.component.name]).toEqual(['CycloneDX', 'ai4k8s']);
    const names: readonly string[] = components.map(({ name }: { name: string }) => name);
    const maps = readdirSync(join(ROOT, 'dist/infra/assets')).flatMap((entry) =>
      readdirSync(join(ROOT, 'dist/infra/assets', entry))
        .filter((file) => file.endsWith('.map'))
        .map((file) =>
          JSON.parse(readFileSync(join(ROOT, 'dist/infra/assets', entry, file), 'utf8')).sources.join('\n'),
        ),
    );
    const bundled = [...maps.join('\n').matchAll(/node_modules\/((?:@[^/]+\/)?[^/\n]+)\/(?!node_modules)/g)];
    const made = [...new Set(bundled.map(([, name = '']) => name))];
    expect(made.length).toBeGreaterThan(30);
    expect(made.filter((name) => !names.includes(name))).toEqual([]);
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const needed = Object.entries(packages as Record<string, { dev?: boolean; version: string }>)
      .filter(([place, { dev }]) => place !== '' && dev !== true)
      .map(([place, { version }]) => `${place.split('node_modules/').at(-1)}@${version}`);
    const listed = new Set(components.map((component: { 'bom-ref': string }) => component['bom-ref']));
    expect(needed.filter((name) => !listed.has(name))).toEqual([]);
    expect([...listed].filter((name) => !needed.includes(String(name))).length).toBeLessThan(made.length / 10);
    for (const name of ['aws-cdk-lib', 'esbuild', 'vitest', 'typescript']) expect(names).not.toContain(name);
  });
});
