// Run once before all bad days: each goes by the numbers of the synthesized template, which takes longer to make than most days.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { TestProject } from 'vitest/node';
import { optionsIn } from '../../infra/deployment.ts';
import { AutoscalerStack } from '../../infra/stack.ts';

/** The stack of cdk.json, without bundles and without nag. */
export default function setup(project: TestProject): void {
  const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));
  const quick = { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true };
  const app = new App({ context: { ...context, ...quick } });
  const options = optionsIn((key) => app.node.tryGetContext(key));
  const { Resources } = Template.fromStack(new AutoscalerStack(app, 'Deployed', options)).toJSON();
  project.provide('deployedResources', Resources);
}
