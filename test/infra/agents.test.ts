// MCP deployed: not unless it is asked for, and then a function that may call two others and nothing else.
import type { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { propertiesOf, type Synthesis, synthesise } from './synthesis.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = synthesise({ Plain: {}, Agents: { mcp: 'true' } }, { bundles: false });
}, 180_000);
afterAll(() => synthesis?.remove());

function named(name: 'Plain' | 'Agents'): Template {
  const template = synthesis.templates[name];
  if (template === undefined) throw new Error('no stack');
  return template;
}

const routesOf = (template: Template) =>
  Object.values(template.findResources('AWS::ApiGatewayV2::Route'))
    .filter(({ Properties }) => Properties.RouteKey.includes('/mcp'))
    .map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType]);

it('is off unless the context says so', () => {
  expect(routesOf(named('Plain'))).toEqual([]);
  const functions = Object.keys(named('Plain').findResources('AWS::Lambda::Function'));
  expect(functions.filter((id) => id.startsWith('Mcp'))).toEqual([]);
});

it('has a path for reading and one for writing, each signed for', () => {
  expect(routesOf(named('Agents')).toSorted()).toEqual([
    ['POST /mcp', 'AWS_IAM'],
    ['POST /mcp/write', 'AWS_IAM'],
  ]);
});

it('may call the two functions of the API, and write its log', () => {
  const { PolicyDocument } = propertiesOf(named('Agents'), 'AWS::IAM::Policy', 'McpRole') as {
    PolicyDocument: { Statement: { Action: unknown; Resource: unknown }[] };
  };
  const ids = Object.keys(named('Agents').findResources('AWS::Lambda::Function'));
  const arnOf = (name: string) => ({ 'Fn::GetAtt': [ids.find((id) => id.startsWith(name)), 'Arn'] });
  const calls = PolicyDocument.Statement.filter(({ Action }) => Action === 'lambda:InvokeFunction');
  expect(calls.flatMap(({ Resource }) => Resource)).toEqual([arnOf('CommandFunction'), arnOf('QueryFunction')]);
  const others = PolicyDocument.Statement.filter((one) => !calls.includes(one)).flatMap(({ Action }) => Action);
  expect(others).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
});

it('is told of no table, no cluster and no secret', () => {
  const { Environment } = propertiesOf(named('Agents'), 'AWS::Lambda::Function', 'McpFunction') as {
    Environment: { Variables: object };
  };
  expect(Object.keys(Environment.Variables).toSorted()).toEqual(['COMMAND_FUNCTION', 'QUERY_FUNCTION']);
});
