// The form of enable, as it comes out of the API's own document: whatever it lets through, the API takes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enableRoute } from '../../lib/app/api/command-contract.ts';
import { openApiText } from '../../lib/app/api/openapi-document.ts';
import { annotationsOf, bodyOf, cliOf, RUNGS, rungFault } from '../../web/app/src/views/enable/body.ts';
import { complaintOf, expectedOf, fieldsOf, readField } from '../../web/app/src/views/enable/schema.ts';

const fields = fieldsOf(JSON.parse(openApiText('0.0.0')), 'Enable');
const schemaOf = (name: string) => fields.find((field) => field.name === name)?.schema ?? {};
const bodySchema = enableRoute.request.body.content['application/json'].schema;
const web = { deployment_name: 'web' };

const TYPED = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    '7',
    '10000',
    '10001',
    '-1',
    '1.5',
    '99.99',
    'off',
    'on',
    'auto',
    'up',
    '1e3',
    ' 3',
    '25%',
    '5m',
  ),
  fc.integer({ min: -5, max: 20_000 }).map(String),
  fc.string({ maxLength: 8 }),
);
/** The API knows more of these than their schema says: they are refused there, at their fields. */
const ITS_OWN = new Set(['cooldown', 'model_load', 'restart_cost', 'time_zone', 'limit_step', 'limit_hours']);

describe('fields', () => {
  it('are all of the API body', () => {
    expect(fields.map(({ name }) => name)).toEqual(Object.keys(bodySchema.shape));
    expect(fieldsOf({}, 'Enable')).toEqual([]);
    expect(fieldsOf(null, 'Enable')).toEqual([]);
  });

  it('take by themselves what the API takes, and nothing else', () => {
    const names = fields.map(({ name }) => name).filter((name) => !ITS_OWN.has(name) && name !== 'deployment_name');
    fc.assert(
      fc.property(
        fc.constantFrom(...names.filter((name) => !['namespace', 'kind', 'create_hpa'].includes(name))),
        TYPED,
        (name, text) => {
          fc.pre(text !== '');
          const value = readField(schemaOf(name), text);
          const asked = { ...web, [name]: value ?? asGiven(text) };
          expect(bodySchema.safeParse(asked).success).toBe(value !== undefined);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('say what is expected where a text is none of theirs, and nothing of an empty one', () => {
    expect(complaintOf(schemaOf('max_replicas'), '0')).toBe('expected a whole number from 1 to 10000');
    expect(complaintOf(schemaOf('target_memory'), 'of')).toBe('expected a number from 10 to 95, or "off"');
    expect(complaintOf(schemaOf('llm'), 'maybe')).toBe('expected on, off, shadow');
    expect(complaintOf(schemaOf('slo'), '')).toBeNull();
    expect(expectedOf(schemaOf('cooldown'))).toBe('a duration such as 90s, 5m or 1h, at most 24h');
  });
});

describe('a body', () => {
  const texts = { min_replicas: '2', max_replicas: '20', limit_step: '25%', create_hpa: 'true', cooldown: '' };

  it('has the rung as its mode, and of limits and HPAs only what that rung has', () => {
    expect(bodyOf(fields, texts, 'propose')).toEqual({ mode: 'propose', min_replicas: 2, max_replicas: 20 });
    expect(bodyOf(fields, texts, 'limited')).toEqual({
      mode: 'auto',
      min_replicas: 2,
      max_replicas: 20,
      limit_step: '25%',
      create_hpa: true,
    });
    expect(bodyOf(fields, { mode: 'scale' }, 'auto', { limit_direction: 'up' })).toEqual({
      mode: 'scale',
      limit_direction: 'both',
    });
  });

  it('is one that the API takes, whatever was typed', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            ...fields
              .map(({ name }) => name)
              .filter(
                (name) =>
                  !ITS_OWN.has(name) &&
                  !['deployment_name', 'namespace', 'kind', 'min_replicas', 'create_hpa'].includes(name),
              ),
          ),
          TYPED,
        ),
        fc.constantFrom(...RUNGS),
        (typed, rung) => {
          expect(bodySchema.safeParse({ ...web, ...bodyOf(fields, typed, rung) }).error).toBeUndefined();
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is the same as annotations and as a command', () => {
    const body = bodyOf(fields, texts, 'limited');
    expect(annotationsOf(body)).toEqual({
      'predictive-autoscaling-enabled': 'true',
      mode: 'auto',
      'min-replicas': '2',
      'max-replicas': '20',
      'limit-step': '25%',
    });
    const ref = { cluster: 'demo', namespace: 'shop', deployment: 'web', kind: 'Deployment' };
    expect(cliOf(null, ref, body)).toBe(
      'ai4k8s --cluster=demo enable --namespace=shop --mode=auto --min=2 --max=20 --limit-step=25% --hpa web',
    );
  });

  it('within limits wants one of them, and limits that stay are told', () => {
    expect(rungFault('limited', {}, {})).toMatch('at least one');
    expect(rungFault('limited', { limit_step: '2' }, {})).toBeNull();
    expect(rungFault('auto', {}, { limit_hours: '09:00-18:00' })).toMatch('disable it first');
    expect(rungFault('auto', {}, { limit_direction: 'up' })).toBeNull();
  });
});

/** As somebody would send it who reads no schema. */
function asGiven(text: string): string | number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
