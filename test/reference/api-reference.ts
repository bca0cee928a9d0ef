// docs/reference/api.md, made of the OpenAPI document.
import { PROBLEMS, type ProblemTitle, problemType } from '../../lib/app/api/problem.ts';
import { code, page, table } from './markdown.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly pattern?: string;
  readonly example?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly example?: unknown;
  readonly schema: Schema;
}

interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const HEAD = `# The API, route by route

Made by \`npm run docs\` from the routes themselves: edit those. What holds for all of them is in [api.md](../api.md); \`npm start\` serves the same to try at \`/docs\`. Fields that an answer has beyond those named here may change.`;

export function apiReference({ paths, components }: Document): string {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Route => ({ method: method.toUpperCase(), path, operation })),
  );
  const byTag = Map.groupBy(routes, ({ operation }) => operation.tags[0] ?? '');
  const parts = [...byTag].flatMap(([tag, all]) =>
    tag.includes('by their path') ? [`## ${tag}`, forms(all)] : [`## ${tag}`, ...all.flatMap(describedRoute)],
  );
  const schemas = Object.entries(components.schemas).flatMap(([name, schema]) => [`### ${name}`, fieldsOf(schema)]);
  return page([HEAD, ...parts, '## Bodies and answers', ...schemas]);
}

/** They say nothing that the route does not which they are a form of. */
function forms(routes: readonly Route[]): string {
  return table(
    ['', 'path'],
    routes.map(({ method, path }) => [method, code(path)]),
  );
}

function describedRoute({ method, path, operation }: Route): readonly string[] {
  const { summary, parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content['application/json']?.schema;
  const done = responses[200];
  const answer = done?.content?.['application/json']?.schema;
  const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400);
  return [
    `### ${method} ${path}`,
    `${summary}.`,
    table(
      ['parameter', 'in', 'what', 'default', ''],
      parameters.map((one) => [
        code(one.name),
        one.in,
        kindOf(one.schema),
        shown(one.schema.default),
        words(one.required, one),
      ]),
    ),
    body === undefined ? '' : `Body: ${kindOf(body)}`,
    answer === undefined ? '' : `200 (${done?.description}): ${kindOf(answer)}`,
    `Refused with ${refusals.map(([status, { description }]) => `${status} (${typesIn(description)})`).join(', ')}.`,
  ];
}

function typesIn(titles: string): string {
  const known = titles.split(', ').filter((title): title is ProblemTitle => Object.hasOwn(PROBLEMS, title));
  return known.map((title) => code(problemType(title).replace('urn:ai4k8s:problem:', ''))).join(', ');
}

function fieldsOf(schema: Schema): string {
  const { properties = {}, required = [] } = schema;
  const rows = Object.entries(properties).map(([name, field]) => [
    code(name),
    kindOf(field),
    shown(field.default),
    words(required.includes(name) && field.default === undefined, field),
  ]);
  return rows.length === 0 ? kindOf(schema) : table(['field', 'what', 'default', ''], rows);
}

function words(isRequired: boolean, { description, example }: Pick<Schema, 'description' | 'example'>): string {
  const parts = [
    isRequired ? 'required' : '',
    description ?? '',
    example === undefined ? '' : `such as ${shown(example)}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function kindOf(schema: Schema): string {
  const { $ref, anyOf, items, properties, additionalProperties } = schema;
  if ($ref !== undefined) return linked($ref.split('/').at(-1) ?? '');
  if (schema.const !== undefined) return shown(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(shown).join(', ');
  if (anyOf !== undefined) return anyOf.map(kindOf).join(' or ');
  if (items !== undefined) return `list of ${kindOf(items)}`;
  if (properties !== undefined && Object.keys(properties).length > 0)
    return `object of ${Object.keys(properties).map(code).join(', ')}`;
  if (typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0)
    return `by name: ${kindOf(additionalProperties)}`;
  const types = [schema.type ?? 'anything'].flat().join(' or ');
  return [types, ...bounds(schema)].join(', ');
}

function bounds({ minimum, maximum, minLength, maxLength, pattern }: Schema): readonly string[] {
  const isSafe = (bound: number | undefined) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  return [
    ...(isSafe(minimum) ? [`from ${minimum}`] : []),
    ...(isSafe(maximum) ? [`to ${maximum}`] : []),
    ...(minLength === undefined ? [] : [`at least ${minLength} characters`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(pattern === undefined ? [] : [code(pattern)]),
  ];
}

function linked(name: string): string {
  return `[${name}](#${name.toLowerCase()})`;
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}
