// The OpenAPI document, made from the routes: by whoever bundles the query function, and by the embedded mode. No deployed function
// carries what it takes to make it.
import * as z from 'zod';
import { PATH_FORMS, ROUTES } from './all-routes.ts';
import { ANSWERS, problemSchema } from './answer-schemas.ts';
import { name } from './contract.ts';
import { KEY } from './idempotency.ts';
import { NAMED, type PathForm } from './path-forms.ts';
import type { ProblemTitle } from './problem.ts';
import type { Route, RouteRequest } from './route.ts';
import { refusalsOf } from './route-refusals.ts';

type Schema = Readonly<Record<string, unknown>>;
/** What is named in it, and used from anywhere. */
type Components = Record<string, Schema>;

/** @returns the document as OpenAPI 3.1 has it, whose schemas are JSON Schema's of 2020-12 */
function openApiDocument(version: string) {
  const schemas: Components = {};
  const paths: Record<string, Record<string, object>> = {};
  const described = [...ROUTES.map((route) => ({ route, of: route })), ...PATH_FORMS.map(asDescribed)];
  for (const { route, of } of described)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, of, schemas) };
  const info = { title: 'AI4K8s autoscaling', version };
  return { openapi: '3.1.0', info, paths, components: { schemas: sorted(schemas) } };
}

/** As it is served. @param version of this release */
export function openApiText(version: string): string {
  return JSON.stringify(openApiDocument(version));
}

/** @param of the route whose answer it gives: itself, or the one it is a form of */
function operationOf(route: Route, of: Route, schemas: Components): object {
  const { summary, method, request = {} } = route;
  const parameters: object[] = [
    ...parametersOf(request.params, 'path', schemas),
    ...parametersOf(request.query, 'query', schemas),
  ];
  const { body } = request;
  if (body !== undefined) parameters.push(KEY_PARAMETER);
  const { schema, description } = answerOf(of);
  return {
    summary,
    tags: [`${method === 'get' ? 'Reads' : 'Writes'}${route === of ? '' : ', named by their path'}`],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: body.required, content: contentOf(body.content, 'input', schemas) } }),
    responses: {
      200: { description, content: contentOf({ 'application/json': { schema } }, 'output', schemas) },
      ...(method === 'get' && { 304: { description: 'As it was: what If-None-Match names has not changed' } }),
      ...Object.fromEntries([...refusalsOf(route, of)].map(([status, titles]) => [status, refusal(titles, schemas)])),
    },
  };
}

function refusal(titles: readonly ProblemTitle[], schemas: Components): object {
  return {
    description: titles.join(', '),
    content: contentOf({ 'application/problem+json': { schema: problemSchema } }, 'output', schemas),
  };
}

/** Of every write; `idempotency.ts` reads it. */
const KEY_PARAMETER = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Sent again with the same key, the same write gets its first answer again, for a day',
  schema: { type: 'string', pattern: KEY.source },
};

function answerOf({ method, path }: Route) {
  const answers: Readonly<Record<string, (typeof ANSWERS)[keyof typeof ANSWERS]>> = ANSWERS;
  const answer = answers[`${method} ${path}`];
  if (answer === undefined) throw new Error(`nothing says what ${method} ${path} answers`);
  return answer;
}

type Content = Readonly<Record<string, { readonly schema: z.ZodType }>>;

function contentOf(content: Content, io: 'input' | 'output', schemas: Components): object {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema }]) => [type, { schema: schemaOf(schema, io, schemas) }]),
  );
}

function parametersOf(
  object: z.ZodObject | undefined,
  place: 'path' | 'query',
  schemas: Components,
): readonly object[] {
  return Object.entries<z.ZodType>(object?.shape ?? {}).map(([key, field]) => {
    const { description, example, ...schema } = schemaOf(field, 'input', schemas);
    const isRequired = !z.safeParse(field, undefined).success;
    return {
      name: key,
      in: place,
      required: isRequired,
      ...(description !== undefined && { description }),
      ...(example !== undefined && { example }),
      schema,
    };
  });
}

/** Named parts go to the components. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Components): Schema {
  const made = z.toJSONSchema(schema, { io, override: ({ zodSchema, jsonSchema }) => stated(zodSchema, jsonSchema) });
  const { $schema, $defs = {}, id, ...own } = referring(made) as Schema & { $defs?: Components; id?: string };
  for (const [key, part] of Object.entries($defs)) {
    const { id: _id, ...rest } = part;
    schemas[key] = rest;
  }
  if (id === undefined) return own;
  schemas[id] = own;
  return { $ref: `#/components/schemas/${id}` };
}

/**
 * A type that is stated is all that is said: a number in a query is read by a pattern of its digits. Its default is stated, too: zod
 * leaves it out where the value becomes another one.
 */
function stated(schema: z.core.$ZodType, made: z.core.JSONSchema.BaseSchema): void {
  const meta = z.globalRegistry.get(schema);
  if (meta?.type === undefined) return;
  for (const key of ['pattern', 'allOf'] as const) delete made[key];
  if (meta.default !== undefined) made.default = meta.default as typeof made.default;
}

function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      key === '$ref' ? String(entry).replace('#/$defs/', '#/components/schemas/') : referring(entry),
    ]),
  );
}

/** What the path says is a parameter of the path, and of nothing else. */
function asDescribed({ route, path, names }: PathForm): { readonly route: Route; readonly of: Route } {
  const { params, query, body } = route.request ?? {};
  const said = Object.fromEntries(names.map((key) => [key, key === 'namespace' ? name.max(63) : name]));
  const rest = (schema: z.ZodObject) =>
    z.strictObject(
      Object.fromEntries(
        Object.entries(schema.shape).filter(([key]) => !(NAMED[route.method] as readonly string[]).includes(key)),
      ),
    );
  const request: RouteRequest = {
    params: z.object({ ...params?.shape, ...said }),
    ...(query && { query: rest(query) }),
    ...(body && {
      body: {
        required: false,
        content: { 'application/json': { schema: rest(body.content['application/json'].schema) } },
      },
    }),
  };
  return { route: { ...route, path, request }, of: route };
}

function sorted(schemas: Components): Components {
  return Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
