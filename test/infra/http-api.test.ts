// Who is let in, and which function answers.
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Encryption } from '../../infra/encryption.ts';
import { AutoscalerApi } from '../../infra/http-api.ts';
import { ROUTES } from '../../lib/app/api/all-routes.ts';
import { bareFunction, bareStack } from './bare-stack.ts';

function api(): Template {
  const stack = bareStack();
  const query = bareFunction(stack, 'ReadsHere');
  const command = bareFunction(stack, 'WritesHere');
  new AutoscalerApi(stack, 'Api', { query, command, encryption: new Encryption(stack, 'Encryption', undefined) });
  return Template.fromStack(stack);
}

/** Logical id of the function behind an integration. */
function functionBehind(template: Template, target: unknown): string | undefined {
  const integrations = template.findResources('AWS::ApiGatewayV2::Integration');
  const found = Object.entries(integrations).find(([id]) => JSON.stringify(target).includes(`"${id}"`));
  return JSON.stringify(found?.[1].Properties.IntegrationUri).match(/(Reads|Writes)Here/)?.[0];
}

describe('the API', () => {
  it('wants a signature for every route but health, and sends reads and writes to different functions', () => {
    const template = api();
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
      functionBehind(template, Properties.Target),
    ]);
    expect(routes.toSorted()).toEqual([
      ['GET /health', 'NONE', 'ReadsHere'],
      ['GET /{proxy+}', 'AWS_IAM', 'ReadsHere'],
      ['HEAD /health', 'NONE', 'ReadsHere'],
      ['HEAD /{proxy+}', 'AWS_IAM', 'ReadsHere'],
      ['POST /{proxy+}', 'AWS_IAM', 'WritesHere'],
    ]);
  });

  it('has a route for every method of the contract', () => {
    expect([...new Set(ROUTES.map(({ method }) => method))].toSorted()).toEqual(['get', 'post']);
  });

  it('lets no page of another origin in', () => {
    api().hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
  });

  it('is throttled, and logs for a month who asked for what', () => {
    api().hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
      AccessLogSettings: { Format: Match.stringLikeRegexp('identity.userArn.*\\$context.path') },
    });
    api().hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });
});
