// The OpenAPI document: made of the routes, with every reference in it to something that is there.
import { expect, it } from 'vitest';
import { PATH_FORMS, ROUTES } from '../../../lib/app/api/all-routes.ts';
import { openApiText } from '../../../lib/app/api/openapi-document.ts';
import { KNOWN_PATHS } from '../../../lib/app/api/routes.ts';

const DOCUMENT = JSON.parse(openApiText('1.2.3'));
const everything = [...ROUTES, ...PATH_FORMS];

function refsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { $ref } = value as { $ref?: string };
  return [...($ref === undefined ? [] : [$ref]), ...Object.values(value).flatMap(refsIn)];
}

it('has every route and form, and none beside', () => {
  const described = Object.entries<object>(DOCUMENT.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  expect(described.toSorted()).toEqual(everything.map(({ method, path }) => `${method} ${path}`).toSorted());
  expect(DOCUMENT).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
});

it('refers to components that are there, and names a parameter for every brace of a path', () => {
  const refs = refsIn(DOCUMENT);
  expect(refs.length).toBeGreaterThan(50);
  const names = Object.keys(DOCUMENT.components.schemas).map((name) => `#/components/schemas/${name}`);
  expect([...new Set(refs)].filter((ref) => !names.includes(ref))).toEqual([]);
  for (const [path, operations] of Object.entries<Record<string, { parameters?: { name: string; in: string }[] }>>(
    DOCUMENT.paths,
  ))
    for (const { parameters = [] } of Object.values(operations)) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(inPath.toSorted()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted());
    }
});

it('says of a field what the schema says: what must be there, its bounds, what it is by itself', () => {
  const { Enable } = DOCUMENT.components.schemas;
  expect(Enable).toMatchObject({ type: 'object', required: ['deployment_name'], additionalProperties: false });
  expect(Enable.properties).toMatchObject({
    min_replicas: { type: 'integer', minimum: 1 },
    namespace: { default: 'default' },
    mode: { enum: ['auto', 'recommend', 'propose', 'hpa-floor', 'scale'] },
  });
  const { parameters } = DOCUMENT.paths['/api/autoscaling/history/{cluster}'].get;
  const limit = parameters.find(({ name }: { name: string }) => name === 'limit');
  expect(limit).toMatchObject({ in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 100 } });
});

it('knows the same paths as the list by which a function answers 405', () => {
  const ofRoutes = everything.map(({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '*')}`);
  const known = KNOWN_PATHS.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(known)).toEqual(new Set([...ofRoutes, 'GET /openapi.json']));
});
