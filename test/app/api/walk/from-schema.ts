// Values made from JSON schemas, such as the OpenAPI document has: those that a schema takes, and those that it does not.
// (json-schema-fast-check stands on fast-check 1; json-schema-faker has its own dice, and neither shrinks nor repeats a seed of ours.)
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly example?: unknown;
}

type Components = Readonly<Record<string, JsonSchema>>;

const REFERENCE = '#/components/schemas/';
/** Longer texts say no more, and cost a second each to shrink. */
const LONGEST = 60;
/** What has broken parsers, shells, pages and tables. */
const HOSTILE: readonly string[] = [
  '',
  ' ',
  '\u0000',
  '\r\nx-injected: 1',
  '../../etc/passwd',
  '%2e%2e%2f',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  '\u0024{7*7}{{7*7}}',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '-1',
  '1e309',
  '\u202egnp.exe',
  'ﷺ👩‍👩‍👧‍👦é',
  '\u2028\u2029',
  '[]',
  '{"$gt":""}',
  '*',
  '#',
  'a'.repeat(5000),
];

export const hostile = (): fc.Arbitrary<string> =>
  fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 30 }));

/** @param components what schemas may refer to */
export function makeFromSchema(components: Components) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
  const compiled = new Map<JsonSchema, ReturnType<typeof ajv.compile>>();

  /** Compiles once, with what it may refer to. */
  function validator(schema: JsonSchema) {
    const known = compiled.get(schema) ?? ajv.compile({ ...schema, components: { schemas: components } });
    compiled.set(schema, known);
    return known;
  }

  function resolved(schema: JsonSchema): JsonSchema {
    if (schema.$ref === undefined) return schema;
    const found = components[schema.$ref.slice(REFERENCE.length)];
    if (found === undefined) throw new Error(`no schema ${schema.$ref}`);
    return found;
  }

  /** Null where the schema takes the value, else why not. */
  function whyNot(schema: JsonSchema, value: unknown): string | null {
    const validate = validator(schema);
    return validate(value) ? null : ajv.errorsText(validate.errors);
  }

  function valid(given: JsonSchema): fc.Arbitrary<unknown> {
    const schema = resolved(given);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    // What it may be only a person can read.
    if (schema.anyOf !== undefined && schema.example !== undefined) return fc.constant(schema.example);
    if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valid));
    switch (schema.type) {
      case 'string':
        return text(schema);
      case 'integer':
        return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000 });
      case 'number':
        return fc
          .double({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000, noNaN: true })
          .map((value) => (Object.is(value, -0) ? 0 : value));
      case 'boolean':
        return fc.boolean();
      case 'array': {
        const { items = { type: 'string' }, minItems = 0, maxItems = 5 } = schema;
        return fc.array(valid(items), { minLength: minItems, maxLength: maxItems });
      }
      case 'object': {
        const { properties = {}, required = [] } = schema;
        const fields = Object.fromEntries(Object.entries(properties).map(([key, of]) => [key, valid(of)]));
        return fc.record(fields, { requiredKeys: [...required], noNullPrototype: true });
      }
      default:
        throw new Error(`no value is made for ${JSON.stringify(schema)}`);
    }
  }

  /** A text whose form only a person can read is as the example has it. */
  function text({ pattern, example, minLength = 0, maxLength = LONGEST }: JsonSchema): fc.Arbitrary<string> {
    if (pattern !== undefined)
      return fc
        .stringMatching(new RegExp(pattern, 'u'), { size: 'xsmall' })
        .filter(({ length }) => length >= minLength && length <= maxLength);
    if (typeof example === 'string') return fc.constant(example);
    return fc.string({ minLength, maxLength: Math.min(maxLength, LONGEST) });
  }

  const anything = fc.oneof(
    hostile(),
    fc.integer({ min: -10, max: 20_000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
    fc.boolean(),
    fc.constant(null),
    fc.constant([]),
    fc.constant({}),
    fc.constant('x'.repeat(300)),
  );

  /** A value that JSON can carry and the schema does not take. */
  const invalid = (schema: JsonSchema): fc.Arbitrary<unknown> =>
    anything.filter((value) => whyNot(schema, JSON.parse(JSON.stringify(value))) !== null);

  /** A text, as a query or a path has it, that does not read as the schema's type, or is not taken by it. */
  const invalidText = (schema: JsonSchema): fc.Arbitrary<string> =>
    fc
      .oneof(hostile(), fc.integer({ min: -10, max: 20_000 }).map(String), fc.constant('x'.repeat(1500)))
      .filter((value) => whyNot(schema, schema.type === 'integer' ? numberOf(value) : value) !== null);

  return { valid, invalid, invalidText, whyNot, resolved };
}

function numberOf(value: string): unknown {
  return /^[1-9]\d*$/.test(value) ? Number(value) : value;
}
