// The stack as `cdk synth` would make it, in this process and in a folder that goes away.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { optionsIn } from '../../infra/deployment.ts';
import { AutoscalerStack } from '../../infra/stack.ts';

export const PROJECT = join(import.meta.dirname, '../..');

const NODE = join(PROJECT, 'node_modules/.bin/node');

export interface Synthesis {
  /** By stack name. */
  readonly templates: Readonly<Record<string, Template>>;
  /** Folder of a function's bundle. */
  assetOf(template: Template, functionId: string): string;
  remove(): void;
}

/**
 * Synthesises one stack per entry, all in one app so that bundles are made once.
 * @param stacks name → context that is laid over that of cdk.json
 * @param options.bundles false where nobody looks into the functions: bundling takes most of the time
 * @throws Error where a rule of cdk-nag or of CDK itself is broken
 */
export function synthesise(
  stacks: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  { bundles = true }: { readonly bundles?: boolean } = {},
): Synthesis {
  const outdir = mkdtempSync(join(tmpdir(), 'ai4k8s-synth-'));
  const { context } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));
  const app = new App({ outdir, context: { ...context, ...(!bundles && { 'aws:cdk:bundling-stacks': [] }) } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const made = Object.entries(stacks).map(([name, over]) => {
    const lookUp = (key: string) => over[key] ?? app.node.tryGetContext(key);
    return [name, new AutoscalerStack(app, name, optionsIn(lookUp))] as const;
  });
  app.synth();
  return {
    templates: Object.fromEntries(made.map(([name, stack]) => [name, Template.fromStack(stack)])),
    assetOf: (template, functionId) => join(outdir, `asset.${codeHash(template, functionId)}`),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}

/**
 * One stack as the CDK's command line makes it: by the app, in a process, a folder and a time zone of its own.
 * @param stackName and the context that is laid over that of cdk.json
 */
export async function synthesiseElsewhere(
  stackName: string,
  over: Readonly<Record<string, unknown>>,
): Promise<Pick<Synthesis, 'remove'> & { readonly template: object; bundle(asset: string): string }> {
  const outdir = mkdtempSync(join(tmpdir(), 'ai4k8s-elsewhere-'));
  const remove = () => rmSync(outdir, { recursive: true, force: true });
  const { context } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));
  const told = { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...over, stackName }) };
  const env = { ...process.env, ...told, TZ: 'Pacific/Chatham' };
  try {
    await promisify(execFile)(NODE, ['infra/app.ts'], { cwd: PROJECT, env, maxBuffer: 2 ** 26 });
  } catch (error) {
    remove();
    throw error;
  }
  const read = (path: string) => readFileSync(join(outdir, path), 'utf8');
  return {
    template: JSON.parse(read(`${stackName}.template.json`)),
    bundle: (asset) => read(`${asset}/index.mjs`),
    remove,
  };
}

/** Properties of the only resource of a type whose logical id starts with `prefix`. */
export function propertiesOf(template: Template, type: string, prefix: string): Record<string, unknown> {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(prefix));
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} resources ${type} ${prefix}*`);
  return first[1].Properties;
}

function codeHash(template: Template, functionId: string): string {
  const { Code } = propertiesOf(template, 'AWS::Lambda::Function', functionId) as { Code: { S3Key: string } };
  return Code.S3Key.replace(/\.zip$/, '');
}
