// A stack to try one construct in, with a function that needs no bundle.
import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';

export function bareStack(): Stack {
  return new Stack(new App(), 'Bare');
}

export function bareFunction(stack: Stack, id: string): LambdaFunction {
  const code = Code.fromInline('exports.handler = () => {}');
  return new LambdaFunction(stack, id, { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
}
