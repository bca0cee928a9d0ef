// MCP for agents, where it is wanted: a function of its own that may call the API's two functions, and nothing else.
import type { Construct } from 'constructs';
import { AutoscalerFunction, type AutoscalerFunctionProps } from './functions.ts';
import { allow, type Grant } from './grant.ts';

interface Api {
  readonly query: AutoscalerFunction;
  readonly command: AutoscalerFunction;
}

/** It has no table, no cluster and none of the settings: rights are checked where the API checks them. */
export function agentsFunction(
  scope: Construct,
  { query, command }: Api,
  common: Pick<AutoscalerFunctionProps, 'encryption' | 'logRetention'>,
): AutoscalerFunction {
  return new AutoscalerFunction(scope, 'Mcp', {
    ...common,
    entry: 'mcp',
    description: 'POST /mcp, /mcp/write: tools for agents; asks query and command, and reaches nothing else',
    memoryMb: 512,
    timeoutSeconds: 29, // API Gateway gives up at 30 s
    errorImpact: 'agents cannot ask or propose; people and scaling go on',
    grants: [calling('QUERY_FUNCTION', query), calling('COMMAND_FUNCTION', command)],
    network: undefined,
    answersPeople: true,
    settings: {},
  });
}

/** Exactly this function, without versions or aliases of it. */
function calling(variable: string, { lambda }: AutoscalerFunction): Grant {
  return {
    environment: { [variable]: lambda.functionName },
    statements: [allow(['lambda:InvokeFunction'], lambda.functionArn)],
  };
}
