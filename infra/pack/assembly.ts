// The stack of this project synthesized for others: its template, and the bundles of its functions as `cdk deploy` would send them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { Entry } from '../function-code.ts';
import { AutoscalerFunction } from '../functions.ts';
import type { AutoscalerOptions } from '../options.ts';
import { AutoscalerStack } from '../stack.ts';
import type { Template } from './parameters.ts';

export interface Assembly {
  /** CloudFormation's, as JSON. */
  readonly template: Template;
  /** The folder with the bundle of a function of the template. */
  readonly bundles: ReadonlyMap<Entry, string>;
  /** The same of every function there can be. */
  readonly allBundles: ReadonlyMap<Entry, string>;
  /** ARNs, as CloudFormation writes them, of the functions that reach clusters. */
  readonly roles: readonly unknown[];
}

/**
 * @param root the project's folder, whose cdk.json says how templates are made
 * @param outdir where CDK leaves what it made
 */
export function synthesize(root: string, outdir: string, options: AutoscalerOptions): Assembly {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const app = new App({ outdir, context, analyticsReporting: false });
  const stack = new AutoscalerStack(app, 'Ai4k8s', options);
  const whole = new AutoscalerStack(app, 'Whole', { ...options, mcp: true });
  const { template } = app.synth().getStackArtifact(stack.artifactId);
  const roles = stack.roles.map(({ roleArn }) => stack.resolve(roleArn));
  return { template, bundles: bundlesOf(stack, outdir), allBundles: bundlesOf(whole, outdir), roles };
}

function bundlesOf(stack: AutoscalerStack, outdir: string): ReadonlyMap<Entry, string> {
  const functions = stack.node.findAll().filter((construct) => construct instanceof AutoscalerFunction);
  const folderOf = ({ lambda }: AutoscalerFunction): string => {
    const { s3Key } = stack.resolve((lambda.node.defaultChild as CfnFunction).code);
    return join(outdir, `asset.${s3Key.replace(/\.zip$/, '')}`);
  };
  return new Map(functions.map((fn) => [fn.entry, folderOf(fn)]));
}
