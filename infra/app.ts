// The CDK app: `cdk synth` and `cdk deploy` run this file as it is, on Node 24.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Deployment, readDeployment } from './deployment.ts';
import { AutoscalerStack } from './stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const deployment = deploymentOrExit();
new AutoscalerStack(app, deployment.stackName, deployment);

/** A mistake in the context is answered with its one line, not with a stack trace. */
function deploymentOrExit(): Deployment {
  try {
    return readDeployment((key) => app.node.tryGetContext(key));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
