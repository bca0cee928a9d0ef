// The form of a policy, taken from the API's own document: what it takes is said in one place.

/** As JSON Schema has it, what of it this page reads. */
export interface FieldSchema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly anyOf?: readonly FieldSchema[];
  readonly description?: string;
  readonly example?: string;
}

export interface Field {
  readonly name: string;
  readonly schema: FieldSchema;
}

/**
 * @param document OpenAPI, as the API has it
 * @param id of the body
 * @returns nothing of a document that has no such body
 */
export function fieldsOf(document: unknown, id: string): readonly Field[] {
  const body = ['components', 'schemas', id, 'properties'].reduce<unknown>(within, document);
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body as Readonly<Record<string, FieldSchema>>).map(([name, schema]) => ({ name, schema }));
}

function within(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** What a text of a form is in a body; undefined where it is none of the schema's. */
export function readField(schema: FieldSchema, text: string): string | number | boolean | undefined {
  if (schema.anyOf !== undefined)
    return schema.anyOf.map((one) => readField(one, text)).find((one) => one !== undefined);
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (schema.type === 'integer' || schema.type === 'number') return numberOf(schema, text);
  const isKnown = schema.enum?.includes(text) ?? (schema.const === undefined || schema.const === text);
  return isKnown && text.length <= (schema.maxLength ?? Number.POSITIVE_INFINITY) ? text : undefined;
}

function numberOf({ type, minimum, maximum }: FieldSchema, text: string): number | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  const isIn = value >= (minimum ?? Number.NEGATIVE_INFINITY) && value <= (maximum ?? Number.POSITIVE_INFINITY);
  return isIn && (type === 'number' || Number.isInteger(value)) ? value : undefined;
}

/** What is expected, in words; empty where anything is. */
export function expectedOf({ anyOf, type, minimum, maximum, maxLength, description, ...schema }: FieldSchema): string {
  if (anyOf !== undefined) return anyOf.map(expectedOf).join(', or ');
  if (schema.const !== undefined) return `"${schema.const}"`;
  if (schema.enum !== undefined) return schema.enum.join(', ');
  if (type === 'integer' || type === 'number') {
    const kind = type === 'integer' ? 'a whole number' : 'a number';
    return minimum === undefined || maximum === undefined ? kind : `${kind} from ${minimum} to ${maximum}`;
  }
  if (description !== undefined) return description.replace(/^Expected /, '');
  return maxLength === undefined ? '' : `at most ${maxLength} characters`;
}

/** Null where the text may stay. */
export function complaintOf(schema: FieldSchema, text: string): string | null {
  return text === '' || readField(schema, text) !== undefined ? null : `expected ${expectedOf(schema)}`;
}
