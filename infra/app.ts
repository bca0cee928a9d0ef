// The CDK app: `cdk synth` and `cdk deploy` run this file as it is, on Node 24.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { optionsIn, readDeployment } from './deployment.ts';
import { AutoscalerStack } from './stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const { stackName, options } = chosenOrExit();
new AutoscalerStack(app, stackName, options);

/** A mistake in the context is answered with its one line, not with a stack trace. */
function chosenOrExit() {
  const context = (key: string) => app.node.tryGetContext(key);
  try {
    return { stackName: readDeployment(context).stackName, options: optionsIn(context) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
