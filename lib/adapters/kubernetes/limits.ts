// ResourceQuotas and LimitRanges of the namespaces in which something is to grow.
import type { V1LimitRange, V1LimitRangeItem, V1ResourceQuota } from '@kubernetes/client-node';
import type { LimitsReader } from '../../app/ports/cluster.ts';
import {
  type NamespaceLimits,
  QUOTA_RESOURCES,
  type Quota,
  type QuotaResource,
} from '../../domain/guardrails/cluster/quota.ts';
import type { QuotaScope } from '../../domain/guardrails/cluster/quota-scope.ts';
import { cleanText } from '../../domain/text/clean-text.ts';
import { type PerResource, RESOURCES } from '../../domain/workload/signal.ts';
import type { Connections } from './connection.ts';
import { inScopes, listAll } from './listing.ts';
import { isWatched, type NamespaceFilter } from './namespaces.ts';
import { parseQuantity } from './quantity.ts';

/** Up to so many namespaces are asked one by one; beyond, the whole cluster is listed at once. */
const ONE_BY_ONE = 3;
/** What `hard` may call the same thing. */
const ALIASES: Readonly<Record<QuotaResource, readonly string[]>> = {
  pods: ['pods', 'count/pods'],
  'requests.cpu': ['requests.cpu', 'cpu'],
  'requests.memory': ['requests.memory', 'memory'],
  'limits.cpu': ['limits.cpu'],
  'limits.memory': ['limits.memory'],
};

/** @throws AdapterError where they cannot be listed */
export function makeLimitsReader(connect: Connections, filter: NamespaceFilter): LimitsReader {
  return {
    async limits(cluster, namespaces) {
      const client = await connect(cluster);
      const wanted = namespaces.filter((namespace) => isWatched(filter, namespace));
      const scopes = wanted.length <= ONE_BY_ONE || filter.include.length > 0 ? wanted : [null];
      const list = <T>(plural: string) =>
        inScopes(scopes, '/api/v1', plural, { cluster, verb: 'list', resource: plural }, (path) =>
          listAll<T, T>(client, { path }, (item) => item),
        );
      const [quotas, ranges] = await Promise.all([
        list<V1ResourceQuota>('resourcequotas'),
        list<V1LimitRange>('limitranges'),
      ]);
      const of = <T extends Namespaced>(items: readonly T[], namespace: string) =>
        items.filter(({ metadata }) => metadata?.namespace === namespace);
      return new Map(
        wanted.map((namespace) => [namespace, toLimits(of(quotas, namespace), of(ranges, namespace))] as const),
      );
    },
  };
}

interface Namespaced {
  readonly metadata?: { readonly namespace?: string };
}

function toLimits(quotas: readonly V1ResourceQuota[], ranges: readonly V1LimitRange[]): NamespaceLimits {
  const items = ranges.flatMap(({ spec }) => spec?.limits ?? []);
  const pods = items.filter(({ type }) => type === 'Pod');
  const containers = items.filter(({ type }) => type === 'Container');
  return {
    quotas: quotas.map(toQuota),
    podMax: perSignal((signal) =>
      Math.min(
        ...amounts(
          pods.map(({ max }) => max),
          signal,
        ),
      ),
    ),
    defaultRequests: perSignal((signal) =>
      Math.max(
        ...amounts(
          containers.map((item) => item.defaultRequest),
          signal,
        ),
      ),
    ),
    defaultLimits: perSignal((signal) => Math.max(...amounts(containers.map(defaultsOf), signal))),
    ...bounds('containerMax', (signal) =>
      Math.min(
        ...amounts(
          containers.map(({ max }) => max),
          signal,
        ),
      ),
    ),
    ...bounds('containerMin', (signal) =>
      Math.max(
        ...amounts(
          containers.map(({ min }) => min),
          signal,
        ),
      ),
    ),
  };
}

/** Only where something is stated. */
function bounds(key: 'containerMax' | 'containerMin', value: (signal: string) => number) {
  const stated = perSignal(value);
  return Object.keys(stated).length > 0 && { [key]: stated };
}

/** A quota may be for some pods only; both ways of saying so must be met. */
function scopesOf({ spec }: V1ResourceQuota): readonly QuotaScope[] {
  const selected = spec?.scopeSelector?.matchExpressions ?? [];
  return [
    ...(spec?.scopes ?? []).map((name) => ({ name: cleanText(name, 60), operator: 'Exists', values: [] })),
    ...selected.map(({ scopeName, operator, values = [] }) => ({ name: cleanText(scopeName, 60), operator, values })),
  ];
}

function toQuota(quota: V1ResourceQuota): Quota {
  const { metadata, status } = quota;
  const scopes = scopesOf(quota);
  const left = QUOTA_RESOURCES.flatMap((resource) => {
    const rooms = ALIASES[resource].flatMap((name) => {
      const [hard, used] = [status?.hard?.[name], status?.used?.[name]].map((text) => parseQuantity(text ?? ''));
      const room = (hard ?? Number.NaN) - (used ?? Number.NaN);
      return Number.isNaN(room) ? [] : [room];
    });
    return rooms.length === 0 ? [] : [[resource, Math.min(...rooms)] as const];
  });
  return { name: metadata?.name ?? '', ...(scopes.length > 0 && { scopes }), left: Object.fromEntries(left) };
}

/** JSON says `default`, which client-node's classes call `_default`. */
function defaultsOf(item: V1LimitRangeItem): Amounts {
  return (item as { readonly default?: Amounts }).default;
}

type Amounts = Readonly<Record<string, string>> | undefined;

function amounts(of: readonly Amounts[], signal: string): number[] {
  return of.map((one) => parseQuantity(one?.[signal] ?? '')).filter((value) => !Number.isNaN(value));
}

/** Leaves out what nothing states: the least or greatest of nothing is infinite. */
function perSignal(value: (signal: string) => number): PerResource<number> {
  const stated = RESOURCES.map((signal) => [signal, value(signal)] as const);
  return Object.fromEntries(stated.filter(([, amount]) => Number.isFinite(amount)));
}
