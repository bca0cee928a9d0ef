// What every container of a workload is to request at its level, and what is left out of it.
import type { ExactQuantity } from '../workload/exact-quantity.ts';
import { exactQuantity, isSameAmount } from '../workload/exact-quantity.ts';
import type { Observation } from '../workload/observation.ts';
import { RESOURCES, type Resource } from '../workload/signal.ts';
import type { VerticalPolicy } from '../workload/vertical-policy.ts';
import { type Amounts, amountsOf, type ContainerResources, type VerticalFacts } from './container-resources.ts';
import { scaledAmounts } from './scale-container.ts';
import { whySpokenFor } from './spoken-for.ts';
import type { LeftCode } from './vertical-code.ts';
import type { ContainerView, Left } from './vertical-view.ts';

export interface WantedInput {
  readonly policy: VerticalPolicy;
  readonly facts: VerticalFacts;
  readonly observation: Pick<Observation, 'owner' | 'hpa' | 'otherWriters'>;
  readonly factor: ExactQuantity;
  /** The last proposals, which a person may have put into the template since. */
  readonly before: readonly ContainerView[];
}

export interface Wanted {
  readonly containers: readonly ContainerView[];
  readonly left: readonly Left[];
}

export function wantedOf(input: WantedInput): Wanted {
  const { policy, facts } = input;
  const ranges = RESOURCES.filter((resource) => policy.ranges[resource] !== undefined);
  const whole = ranges.flatMap((resource): readonly Left[] => {
    const why = wholeReason(resource, input);
    return why === null ? [] : [{ container: null, resource, ...why }];
  });
  const free = ranges.filter((resource) => whole.every((one) => one.resource !== resource));
  const each = facts.template.map((container) => containerWanted(container, free, input));
  const named = [...(policy.containers ?? []), ...(policy.except ?? [])];
  const absent = named.filter((name) => facts.template.every((container) => container.name !== name));
  return {
    containers: each.flatMap(({ view }) => (view === null ? [] : [view])),
    left: [
      ...whole,
      ...each.flatMap(({ left }) => left),
      ...free.flatMap((resource) => absent.map((name) => left(name, resource, 'no_such_container'))),
    ],
  };
}

function wholeReason(
  resource: Resource,
  { observation, facts }: WantedInput,
): { readonly code: LeftCode; readonly message: string } | null {
  if (facts.hasPodResources) return { code: 'pod_level_resources', message: SENTENCES.pod_level_resources };
  if (facts.qos === 'BestEffort') return { code: 'best_effort', message: SENTENCES.best_effort };
  return whySpokenFor(resource, observation, facts);
}

function containerWanted(container: ContainerResources, free: readonly Resource[], input: WantedInput) {
  const { name, kind } = container;
  const { policy, before, factor } = input;
  const known = policy.apply === 'print' ? before.find((one) => one.name === name) : undefined;
  const from: PerAmounts = {};
  const to: PerAmounts = {};
  const template: PerAmounts = {};
  const shown: Partial<Record<Resource, readonly Amounts[]>> = {};
  const leftOut: Left[] = [];
  for (const resource of free) {
    const range = policy.ranges[resource];
    const stated = amountsOf(container, resource);
    const why = whyNotThis(container, stated, policy);
    if (why !== null || stated === null || range === undefined) {
      leftOut.push(left(name, resource, why ?? 'no_request'));
      continue;
    }
    const base = baseOf(stated, known, resource);
    const scaled = scaledAmounts(base, factor, range, resource);
    if (scaled === null) {
      leftOut.push(left(name, resource, isZero(stated) ? 'no_request' : 'unreadable'));
      continue;
    }
    from[resource] = base;
    to[resource] = scaled;
    if (base !== stated) template[resource] = stated;
    shown[resource] = shownNow(scaled, base, known, resource);
  }
  const isAny = Object.keys(to).length > 0;
  const view: ContainerView = {
    name,
    kind,
    from,
    to,
    ...(Object.keys(template).length > 0 && { template }),
    shown,
  };
  return { view: isAny ? view : null, left: leftOut };
}

type PerAmounts = Partial<Record<Resource, Amounts>>;

function whyNotThis({ name, kind }: ContainerResources, stated: Amounts | null, policy: VerticalPolicy) {
  if (kind === 'init') return 'init_container' as const;
  if (policy.except?.includes(name) || policy.containers?.includes(name) === false) return 'not_chosen' as const;
  return stated === null ? ('no_request' as const) : null;
}

/**
 * What is multiplied. A person who puts a printed proposal into the template must not have it multiplied once more: where the
 * template is what was shown of late, its base is what it was before.
 */
function baseOf(stated: Amounts, known: ContainerView | undefined, resource: Resource): Amounts {
  const from = known?.from[resource];
  if (from === undefined || isSame(stated, from)) return stated;
  const shown = [known?.template?.[resource], ...(known?.shown?.[resource] ?? [])];
  return shown.some((amounts) => amounts !== undefined && isSame(amounts, stated)) ? from : stated;
}

/** As many as there are levels, and none. */
const SHOWN_KEPT = 4;

/** What a person has seen of this base, the newest last. */
function shownNow(
  scaled: Amounts,
  base: Amounts,
  known: ContainerView | undefined,
  resource: Resource,
): readonly Amounts[] {
  const from = known?.from[resource];
  const isOfBase = from !== undefined && isSame(from, base);
  const others = isOfBase ? (known?.shown?.[resource] ?? []).filter((amounts) => !isSame(amounts, scaled)) : [];
  return [...others, scaled].slice(-SHOWN_KEPT);
}

export function isSame(a: Amounts, b: Amounts): boolean {
  const isSameLimit = a.limit === null || b.limit === null ? a.limit === b.limit : isSameAmount(a.limit, b.limit);
  return isSameLimit && isSameAmount(a.request, b.request);
}

function isZero({ request }: Amounts): boolean {
  return exactQuantity(request)?.num === 0n;
}

export function left(container: string, resource: Resource, code: keyof typeof SENTENCES): Left {
  return { container, resource, code, message: SENTENCES[code] };
}

const SENTENCES = {
  best_effort: 'its pods are BestEffort, and no request may be added to one: state requests in the template',
  pod_level_resources: 'its figures are stated on the pod as a whole, and containers are not resized under those',
  init_container: 'an init container that ends is not resized',
  not_chosen: 'the annotation leaves it out',
  no_request: 'it states no request to multiply',
  unreadable: 'its quantities in the template cannot be multiplied: expected a limit of at least the request',
  not_as_template: 'admission gave its pods what the template does not state: state it in the template',
  restart_needed:
    'its resizePolicy restarts it for this: say restart=allow in the annotation, or NotRequired in the template',
  memory_in_use: 'what it uses of memory keeps it from shrinking further',
  memory_unknown: 'what it uses of memory is not known, so it does not shrink',
  qos_would_change: 'its class of service would change, which no pod may',
  no_such_container: 'the template has no container of that name',
} as const satisfies Partial<Record<LeftCode, string>>;
