// The vertical proposal in an answer of the API, as a person reads it in a terminal: with the commands to copy.

interface Amounts {
  readonly request: string;
  readonly limit: string | null;
}

export interface VerticalBody {
  readonly code: string;
  readonly message: string;
  readonly level: string | null;
  readonly factor: number | null;
  readonly pods: { readonly total: number; readonly as_wanted: number };
  readonly containers: readonly {
    readonly name: string;
    readonly from: Readonly<Record<string, Amounts>>;
    readonly to: Readonly<Record<string, Amounts>>;
  }[];
  readonly left: readonly { readonly container: string | null; readonly resource: string; readonly message: string }[];
  readonly notes: readonly string[];
  readonly patches: readonly { readonly command: string }[];
  readonly template: { readonly command: string; readonly warning: string } | null;
}

export function verticalLines(body: VerticalBody): readonly string[] {
  const { code, message, level, factor, pods, containers, left, notes, patches, template } = body;
  const at = level === null ? 'level unknown' : `level ${level}, times ${factor}`;
  return [
    `requests: ${at}, ${pods.as_wanted} of ${pods.total} pods as wanted (${code}: ${message})`,
    ...containers.flatMap(({ name, from, to }) =>
      Object.keys(to).map((resource) => `  ${name} ${resource}: ${amounts(from[resource])} → ${amounts(to[resource])}`),
    ),
    ...left.map((one) => `  left: ${one.container === null ? '' : `${one.container} `}${one.resource}: ${one.message}`),
    ...notes.map((note) => `  ${note}`),
    ...patches.map(({ command }) => `  ${command}`),
    ...(template === null ? [] : [`  or, and ${template.warning}:`, `  ${template.command}`]),
  ];
}

function amounts(of: Amounts | undefined): string {
  if (of === undefined) return '–';
  return of.limit === null ? of.request : `${of.request} (limit ${of.limit})`;
}
