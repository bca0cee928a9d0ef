// What a construct lends to a function: the variables that name a thing and the statements that open it, never one alone.
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

export interface Grant {
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
}

/** @param actions on exactly one resource */
export function allow(actions: readonly string[], resource: string): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [resource] });
}
