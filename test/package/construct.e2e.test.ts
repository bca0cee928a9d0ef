// The stack in an app of one's own: a folder with the package, the CDK library and nothing else. What the package and the library
// need is linked from node_modules here, so that no network is asked; Docker and esbuild are out of reach.
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { optionsIn } from '../../infra/deployment.ts';
import { AutoscalerStack } from '../../infra/stack.ts';
import { type EmptyFolder, emptyFolder } from './empty-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What dist/infra imports, and what a project in TypeScript has besides. */
const LINKED = ['aws-cdk-lib', 'constructs', 'zod', '@aws-sdk/core', '@types/node'];
const FUNCTIONS = 7;

/** Two installations in one account, each in a stage of its own. */
const APP = `
import { App, Stage, type StageProps } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { AutoscalerStack, type AutoscalerStackProps } from 'ai4k8s/infra';

class Cell extends Stage {
  constructor(scope: Construct, id: string, { clusters, ...props }: StageProps & Pick<AutoscalerStackProps, 'clusters'>) {
    super(scope, id, props);
    const stack = new AutoscalerStack(this, 'Autoscaler', { clusters, alarmEmail: 'ops@example.com', tags: { cell: id } });
    new Rule(stack, 'Told', { eventBus: stack.eventBus, eventPattern: { source: ['ai4k8s.autoscaler'] } });
  }
}

const app = new App();
const env = { account: '111122223333', region: 'eu-west-1' };
new Cell(app, 'Dev', { env, clusters: [{ id: 'dev', eks: { name: 'dev', region: 'eu-west-1' } }] });
new Cell(app, 'Prod', { env, clusters: [{ id: 'prod', eks: { name: 'prod', region: 'eu-west-1' } }] });
app.synth();
`;

let folder: EmptyFolder;
beforeAll(async () => {
  folder = emptyFolder({ CDK_DOCKER: join(ROOT, 'no-docker') });
  const modules = join(folder.path, 'node_modules');
  mkdirSync(join(modules, 'ai4k8s'), { recursive: true });
  const unpack = ['-xzf', inject('archive'), '--strip-components=1', '-C', join(modules, 'ai4k8s')];
  expect(await folder.run('tar', ...unpack)).toMatchObject({ status: 0 });
  for (const name of LINKED) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  put('package.json', '{ "type": "module" }');
  put('app.ts', APP);
});
afterAll(() => folder.remove());

const put = (path: string, text: string) => writeFileSync(join(folder.path, path), text);
const read = (path: string) => readFileSync(join(folder.path, path), 'utf8');

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Metadata?: unknown;
}
interface Synthesized {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** Runs a program of one's own as the CDK's command line would. @returns its templates by file */
async function synthesized(program: string, context: object = {}): Promise<Readonly<Record<string, Synthesized>>> {
  const outdir = `${program}.out`;
  const settings = [`CDK_OUTDIR=${outdir}`, `CDK_CONTEXT_JSON=${JSON.stringify(context)}`];
  const ran = await folder.run('env', ...settings, 'node', program);
  expect(ran).toMatchObject({ status: 0 });
  const files = globSync('**/*.template.json', { cwd: join(folder.path, outdir) }).sort();
  return Object.fromEntries(files.map((file) => [file, JSON.parse(read(join(outdir, file)))]));
}

/** Of these a name says whose they are: two roles may have a policy of one name. */
const NAMED_WITHIN = ['AWS::IAM::Policy', 'AWS::ApiGatewayV2::Stage'];

/** Names that a template states itself: two of one kind in an account would be in each other's way. */
function statedNames({ Resources }: Synthesized): readonly string[] {
  return Object.values(Resources)
    .filter(({ Type }) => !NAMED_WITHIN.includes(Type))
    .flatMap(({ Type, Properties = {} }) => {
      const key = `${Type.split('::').at(-1)}Name`;
      return ['Name', key]
        .filter((name) => typeof Properties[name] === 'string')
        .map((name) => `${Type} ${Properties[name]}`);
    });
}

describe('the stack in an app of one’s own', () => {
  it('is synthesized in stages, twice in one account, with the functions that the package holds', async () => {
    const templates = await synthesized('app.ts', JSON.parse(flags()));
    const [dev, prod, ...others] = Object.values(templates);
    if (dev === undefined || prod === undefined) throw new Error('a template is missing');
    expect(others).toEqual([]);
    // That for agents is deployed only where it is asked for.
    const packed = globSync('node_modules/ai4k8s/dist/infra/assets/*/index.mjs', { cwd: folder.path })
      .filter((file) => !file.includes('/mcp/'))
      .map(read);
    expect(packed.length).toBe(FUNCTIONS);
    const sent = globSync('app.ts.out/**/asset.*/index.mjs', { cwd: folder.path }).map(read);
    expect(new Set(sent)).toEqual(new Set(packed));
    for (const template of [dev, prod]) {
      const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
      expect(functions.length).toBe(FUNCTIONS);
    }
    expect(JSON.stringify(dev.Resources)).toContain('AI4K8s/Dev-Autoscaler');
    const all = [dev, prod].flatMap(statedNames);
    expect(all.length).toBeGreaterThan(4);
    expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([]);
  });

  it('passes a strict type checker, which refuses what the stack would', async () => {
    put('wrong.ts', APP.replaceAll("id: 'prod', eks", 'eks').replace("alarmEmail: 'ops", "alarmMail: 'ops"));
    put('tsconfig.json', JSON.stringify({ compilerOptions: COMPILER, files: ['app.ts', 'wrong.ts'] }));
    const { stdout } = await folder.run('node', join(ROOT, 'node_modules/typescript/bin/tsc'));
    expect(stdout.match(/^\S+(?=\()/gm)).toEqual(['wrong.ts', 'wrong.ts']);
    expect(stdout).toMatch(/'alarmMail' does not exist in type 'AutoscalerStackProps'/);
    expect(stdout).toMatch(/Property 'id' is missing in type .* but required in type 'WatchedCluster'/);
  });

  it('is the stack of this project, asked for by require as apps made by cdk init do', async () => {
    const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
    put('same.cjs', SAME);
    const { 'Ai4k8s.template.json': theirs } = await synthesized('same.cjs', context);
    const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });
    const options = optionsIn((key) => context[key]);
    const ours = Template.fromStack(new AutoscalerStack(app, 'Ai4k8s', options)).toJSON() as Synthesized;
    expect(alike(theirs)).toEqual(alike(ours));
    const manifest = 'node_modules/ai4k8s/dist/infra/manifests/rbac.yaml';
    expect(JSON.stringify(theirs?.Outputs)).toContain(`kubectl apply -f ${manifest}`);
    expect(read(manifest)).toContain('kind: ClusterRole');
  });

  it('refuses mistakes in one line that names the property', async () => {
    put('mistaken.cjs', MISTAKEN);
    const { stdout } = await folder.run('node', 'mistaken.cjs');
    expect(stdout.trim().split('\n')).toEqual([
      'AutoscalerStack A: clusters: expected at least one cluster',
      expect.stringMatching(/^AutoscalerStack B: settings\.TICK_SECONDS: /),
      'AutoscalerStack C: env.region: is us-east-1, and what is named by ARN is of region eu-west-1',
    ]);
  });
});

const SAME = `
const { App } = require('aws-cdk-lib');
const { AutoscalerStack } = require('ai4k8s/infra');
const app = new App();
new AutoscalerStack(app, 'Ai4k8s', { clusters: [{ id: 'prod', eks: { name: 'prod', region: 'eu-west-1' } }] });
app.synth();
`;

const MISTAKEN = `
const { App } = require('aws-cdk-lib');
const { AutoscalerStack } = require('ai4k8s/infra');
const clusters = [{ id: 'prod', eks: { name: 'prod', region: 'eu-west-1' } }];
const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:alarms';
for (const [id, props] of Object.entries({
  A: { clusters: [] },
  B: { clusters, settings: { TICK_SECONDS: '7' } },
  C: { clusters, env: { region: 'us-east-1' }, alarmTopicArn },
}))
  try {
    new AutoscalerStack(new App(), id, props);
  } catch (error) {
    console.log(error.message);
  }
`;

const COMPILER = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
};

/** What `cdk init` writes into a new app. */
function flags(): string {
  return readFileSync(join(ROOT, 'node_modules/aws-cdk-lib/recommended-feature-flags.json'), 'utf8');
}

/** Without where the code is, and where the manifests are. */
function alike(template: Synthesized | undefined): unknown {
  const { Resources, ...rest } = template ?? { Resources: {} };
  const bare = Object.entries(Resources).map(([id, { Metadata: _where, ...resource }]) => {
    const { Code: _code, ...Properties } = resource.Properties;
    return [id, resource.Type === 'AWS::Lambda::Function' ? { ...resource, Properties } : resource];
  });
  return JSON.parse(JSON.stringify([Object.fromEntries(bare), rest]).replace('node_modules/ai4k8s/dist/', ''));
}
