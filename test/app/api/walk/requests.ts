// Requests made from what the OpenAPI document says of a route: good ones, bad ones that know what is wrong with them, and hostile ones.
import fc from 'fast-check';
import { cleanText } from '../../../../lib/domain/text/clean-text.ts';
import { type Operation, type Parameter, parametersIn } from './document.ts';
import { hostile, type JsonSchema, type makeFromSchema } from './from-schema.ts';
import type { Sent } from './send.ts';

const SHOWN_CHARS = 60;

interface InvalidRequest {
  readonly sent: Sent;
  /** Every parameter and field that is at fault, as an answer has to name it. */
  readonly named: ReadonlySet<string>;
}

export interface Requests {
  valid(operation: Operation): fc.Arbitrary<Sent>;
  /** One to three things are wrong with it. */
  invalid(operation: Operation): fc.Arbitrary<InvalidRequest>;
  hostile(operation: Operation): fc.Arbitrary<Sent>;
  /** About what there is, with nothing but what must be there. */
  example(operation: Operation): Sent;
}

/** @param alive what there is, by the name of a parameter or field: most requests are about that; asked when one is made */
export function makeRequests(
  from: ReturnType<typeof makeFromSchema>,
  alive: () => Readonly<Record<string, readonly string[]>>,
): Requests {
  /** By its name where there is something of that name, else as its schema says. */
  function valueFor(name: string, schema: JsonSchema): fc.Arbitrary<unknown> {
    const made = from.valid(schema);
    return fc.oneof(
      {
        weight: 3,
        arbitrary: fc
          .nat()
          .chain((i) =>
            fc.constant(aliveAt(name, i)).chain((known) => (known === undefined ? made : fc.constant(known))),
          ),
      },
      { weight: 1, arbitrary: made },
    );
  }

  function aliveAt(name: string, i: number): string | undefined {
    const known = alive()[name] ?? [];
    return known[i % known.length];
  }

  function textOf({ name, example, schema }: Parameter): fc.Arbitrary<string> {
    // A part of a path that is escaped is another path to some.
    return valueFor(name, { ...schema, example })
      .map(String)
      .filter((text) => !/[/\\%~]|^\.*$/.test(text) || schema.pattern !== undefined);
  }

  function paramsOf(operation: Operation): fc.Arbitrary<Sent['params']> {
    return fc.record(Object.fromEntries(parametersIn(operation, 'path').map((one) => [one.name, textOf(one)])), {
      noNullPrototype: true,
    });
  }

  function queryOf(operation: Operation): fc.Arbitrary<Sent['query']> {
    const parameters = parametersIn(operation, 'query');
    const requiredKeys = parameters.filter(({ required }) => required).map(({ name }) => name);
    return fc
      .record(Object.fromEntries(parameters.map((one) => [one.name, textOf(one)])), {
        requiredKeys,
        noNullPrototype: true,
      })
      .map((values) => Object.entries<string>(values));
  }

  function bodyOf({ body }: Operation): fc.Arbitrary<unknown> {
    if (body === null) return fc.constant(undefined);
    const { properties = {}, required = [] } = from.resolved(body);
    const fields = Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name, valueFor(name, schema)]),
    );
    return fc.record(fields, { requiredKeys: [...required], noNullPrototype: true });
  }

  function valid(operation: Operation): fc.Arbitrary<Sent> {
    return fc.record(
      { params: paramsOf(operation), query: queryOf(operation), body: bodyOf(operation) },
      { noNullPrototype: true },
    );
  }

  function faultsOf(operation: Operation): fc.Arbitrary<Fault> {
    const query = parametersIn(operation, 'query');
    const all: fc.Arbitrary<Fault>[] = [];
    for (const { name, schema } of query)
      all.push(
        from.invalidText(schema).map((value) => ({ named: name, put: (sent) => withQuery(sent, name, [value]) })),
        fc.constant({ named: name, put: (sent) => withQuery(sent, name, ['a', 'b']) }),
      );
    for (const { name } of query.filter(({ required }) => required))
      all.push(fc.constant({ named: name, put: (sent) => withQuery(sent, name, []) }));
    const known = new Set(query.map(({ name }) => name));
    const unknown = fc
      .oneof(fc.constantFrom('ask_twice', 'Limit', 'deployment_names'), hostile())
      .map((text) => text.toWellFormed())
      .filter((name) => !known.has(name));
    all.push(
      fc.tuple(unknown, hostile()).map(([name, value]) => ({
        named: cleanText(name, SHOWN_CHARS),
        put: (sent) => withQuery(sent, name, [value]),
      })),
    );
    for (const { name, schema } of parametersIn(operation, 'path'))
      all.push(
        from
          .invalidText(schema)
          .filter((value) => value !== '' && !/[/\\%.~\w-]*[/\\%.]/.test(value))
          .map((value) => ({ named: name, put: (sent) => ({ ...sent, params: { ...sent.params, [name]: value } }) })),
      );
    if (operation.body !== null) all.push(...bodyFaults(from.resolved(operation.body)));
    return fc.oneof(...all);
  }

  function bodyFaults({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<Fault>[] {
    const put = (name: string, value: unknown) => (sent: Sent) => ({
      ...sent,
      body: { ...Object(sent.body), [name]: value },
    });
    const unknown = fc
      .oneof(fc.constantFrom('replicas', 'Namespace', 'constructor', 'toString'), hostile())
      .map((text) => text.toWellFormed())
      .filter((name) => !Object.hasOwn(properties, name) && name !== '__proto__');
    return [
      ...Object.entries(properties).map(([name, schema]) =>
        from.invalid(schema).map((value) => ({ named: name, put: put(name, value) })),
      ),
      ...required.map((name) => fc.constant({ named: name, put: put(name, undefined) })),
      fc
        .tuple(unknown, hostile())
        .map(([name, value]) => ({ named: cleanText(name, SHOWN_CHARS), put: put(name, value) })),
    ];
  }

  function invalid(operation: Operation) {
    const faults = fc.uniqueArray(faultsOf(operation), { minLength: 1, maxLength: 3, selector: ({ named }) => named });
    return fc.tuple(valid(operation), faults).map(([sent, chosen]) => ({
      sent: chosen.reduce((request, { put }) => put(request), sent),
      named: new Set(chosen.map(({ named }) => named)),
    }));
  }

  /** Text of the worst sort in the place of any text. */
  function hostileOne(operation: Operation): fc.Arbitrary<Sent> {
    const places = [
      ...parametersIn(operation, 'path').map(({ name }) => (sent: Sent, text: string) => ({
        ...sent,
        params: { ...sent.params, [name]: text === '' ? '.' : text },
      })),
      ...parametersIn(operation, 'query').map(
        ({ name }) =>
          (sent: Sent, text: string) =>
            withQuery(sent, name, [text]),
      ),
      ...Object.keys(operation.body === null ? {} : (from.resolved(operation.body).properties ?? {})).map(
        (name) => (sent: Sent, text: string) => ({ ...sent, body: { ...Object(sent.body), [name]: text } }),
      ),
      (sent: Sent, text: string) => withQuery(sent, text, [text]),
    ];
    return fc
      .tuple(
        valid(operation),
        fc.array(fc.tuple(fc.constantFrom(...places), hostile()), { minLength: 1, maxLength: 3 }),
      )
      .map(([sent, chosen]) => chosen.reduce((request, [put, text]) => put(request, text), sent));
  }

  function example(operation: Operation): Sent {
    const known = (name: string) => aliveAt(name, 1) ?? 'x';
    const needed = (place: Parameter['in']) =>
      parametersIn(operation, place).filter(({ name, required }) => required || name === 'namespace');
    return {
      params: Object.fromEntries(needed('path').map(({ name }) => [name, known(name)])),
      query: needed('query').map(({ name }) => [name, known(name)]),
      body: operation.body === null ? undefined : {},
    };
  }

  return { valid, invalid, hostile: hostileOne, example };
}

/** One thing that is wrong with a request: how it becomes so, and how an answer has to name it. */
interface Fault {
  readonly named: string;
  readonly put: (sent: Sent) => Sent;
}

function withQuery(sent: Sent, name: string, values: readonly string[]): Sent {
  return {
    ...sent,
    query: [...sent.query.filter(([key]) => key !== name), ...values.map((value) => [name, value] as const)],
  };
}
