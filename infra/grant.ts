// What a construct lends to a function: the variables that name a thing, with the statements that open it.
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

export interface Grant {
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
}

/** @param actions on exactly one resource */
export function allow(actions: readonly string[], resource: string): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [resource] });
}
