// A schema as the protocol wants it, made into JSON Schema once: a server is made anew for each request, and would make it anew.
import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type * as z from 'zod';

type Standard<T> = StandardSchemaWithJSON<z.input<z.ZodType>, T>['~standard'];

/** @param isChecked what is held to it was checked by the caller already */
export function announced<T extends z.ZodObject>(
  schema: T,
  isChecked = false,
): StandardSchemaWithJSON<unknown, z.output<T>> {
  const standard = schema['~standard'] as unknown as Standard<z.output<T>>;
  const { input, output } = standard.jsonSchema;
  return {
    '~standard': {
      ...standard,
      validate: isChecked ? (value) => ({ value: value as z.output<T> }) : standard.validate,
      jsonSchema: { input: once(input), output: once(output) },
    },
  };
}

type Convert = Standard<unknown>['jsonSchema']['input'];

/** Each target of conversion is asked for again and again. */
function once(convert: Convert): Convert {
  const made = new Map<string, ReturnType<Convert>>();
  return (options) => {
    const known = made.get(options.target);
    if (known !== undefined) return known;
    const schema = convert(options);
    made.set(options.target, schema);
    return schema;
  };
}
