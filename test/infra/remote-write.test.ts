// Remote write in a deployment: off by default, refused at synth where it cannot work, and granted on one workspace or one secret.
import { describe, expect, it } from 'vitest';
import { readDeployment } from '../../infra/deployment.ts';
import { RemoteWrite, withoutRemoteWrite } from '../../infra/remote-write.ts';
import { bareStack } from './bare-stack.ts';
import { propertiesOf, synthesise } from './synthesis.ts';

const CLUSTER = { id: 'prod', eks: { name: 'prod', region: 'eu-west-1' } };
const AMP = 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-12ab/api/v1/remote_write';
const WRITES_TO_AMP = { REMOTE_WRITE_URL: AMP, REMOTE_WRITE_AUTH: 'sigv4' };

function deploy(settings: object) {
  const context: Readonly<Record<string, unknown>> = { clusters: [CLUSTER], settings };
  return readDeployment((key) => context[key]).settings;
}
function granted(settings: object) {
  const stack = bareStack();
  const { statements, environment } = new RemoteWrite(stack, 'RemoteWrite', deploy(settings)).write();
  return { environment, statements: statements.map((one) => stack.resolve(one.toStatementJson())) };
}

describe('remote write', () => {
  it('is off, and grants nothing, where no address is stated', () => {
    expect(granted({})).toEqual({ environment: {}, statements: [] });
  });

  it('to Amazon is granted on that workspace, in its own region', () => {
    const { environment, statements } = granted({ ...WRITES_TO_AMP, REMOTE_WRITE_SERIES: 'forecast' });
    expect(environment).toEqual({ ...WRITES_TO_AMP, REMOTE_WRITE_SERIES: 'forecast' });
    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Action: 'aps:RemoteWrite',
        Resource: {
          'Fn::Join': ['', ['arn:aws:aps:eu-central-1:', { Ref: 'AWS::AccountId' }, ':workspace/ws-12ab']],
        },
      },
    ]);
  });

  it('elsewhere is granted the secret that it names, and no more', () => {
    const url = { REMOTE_WRITE_URL: 'https://mimir.example/api/v1/push', REMOTE_WRITE_AUTH: 'bearer' };
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:mimir-Ab12Cd';
    expect(granted({ ...url, REMOTE_WRITE_SECRET_ID: arn }).statements).toEqual([
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: arn },
    ]);
    expect(JSON.stringify(granted({ ...url, REMOTE_WRITE_SECRET_ID: 'mimir' }).statements)).toContain(
      ':secret:mimir-??????',
    );
  });

  it.each([
    [{ REMOTE_WRITE_URL: AMP }, /^CDK context: settings\.REMOTE_WRITE_URL: is Amazon's/],
    [{ REMOTE_WRITE_AUTH: 'bearer' }, /^CDK context: settings\.REMOTE_WRITE_URL: is missing/],
    [{ ...WRITES_TO_AMP, REMOTE_WRITE_SERIES: 'all' }, /^CDK context: settings\.REMOTE_WRITE_SERIES: expected some of/],
    [
      { REMOTE_WRITE_URL: 'http://u:p@prom/api/v1/write' },
      /^CDK context: settings\.REMOTE_WRITE_URL: credentials in it/,
    ],
  ])('%j stops the synthesis with a line that names it', (settings, said) => {
    expect(() => deploy(settings)).toThrow(said);
  });

  it('is told to the functions that end ticks alone', () => {
    expect(withoutRemoteWrite({ ...WRITES_TO_AMP, NAMESPACES: 'shop' })).toEqual({ NAMESPACES: 'shop' });
    const { templates, remove } = synthesise({ Writes: { settings: WRITES_TO_AMP } }, { bundles: false });
    const template = templates.Writes;
    if (template === undefined) throw new Error('no template');
    const isTold = (prefix: string) =>
      JSON.stringify(propertiesOf(template, 'AWS::Lambda::Function', prefix)).includes('REMOTE_WRITE_URL');
    const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
    remove();
    const functions = ['Tick', 'Evaluate', 'Learn', 'Query', 'Command', 'Watchdog'].map((name) => `${name}Function`);
    expect(functions.filter(isTold)).toEqual(['TickFunction', 'EvaluateFunction']);
    const allowed = policies.filter(([, policy]) => JSON.stringify(policy).includes('aps:RemoteWrite'));
    expect(allowed.map(([id]) => id.slice(0, 4))).toEqual(['Tick', 'Eval']);
  }, 180_000);
});
