// Whose pods are whose: by ownerReference, whatever the names say; and what is said where that cannot be known.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Pod } from '../../lib/adapters/kubernetes/api-types.ts';
import { type DeploymentFacts, toDeploymentFacts } from '../../lib/adapters/kubernetes/deployment.ts';
import { type OwnedPod, toOwnedPod } from '../../lib/adapters/kubernetes/pod.ts';
import { type Controller, groupByReplicaSet, isPlain, ownersOf } from '../../lib/adapters/kubernetes/pod-owners.ts';
import { matches } from '../../lib/adapters/kubernetes/selector.ts';
import { selectorIndex } from '../../lib/adapters/kubernetes/selector-index.ts';

const HASH = '6bb58d578b';

describe('a pod is of the Deployment that its ReplicaSet belongs to', () => {
  it('by name and selector where only one Deployment can be meant, without reading ReplicaSets', () => {
    const { plain, of } = owners([deployment('web')], [pod('web', { app: 'web' })], {});
    expect(plain).toBe(true);
    expect(of('web')).toBe(1);
  });

  it.each([253, 248, 243])('whose name of %d characters leaves no room for the hash', (length) => {
    const name = 'n'.repeat(length);
    const set = `${name.slice(0, 253 - 1 - HASH.length)}-${HASH}`;
    const { plain, of } = owners([deployment(name, { app: 'x' })], [pod(set, { app: 'x' }, { replicaSet: set })], {});
    expect(plain).toBe(true);
    expect(of(name)).toBe(1);
  });

  it('that adopted the ReplicaSet of another', () => {
    const adopted = pod('web-old', { app: 'x' });
    const read = { [`web-old-${HASH}`]: deploymentOwner('web-new') };
    const { plain, of } = owners([deployment('web-new', { app: 'x' })], [adopted], read);
    expect(plain).toBe(false);
    expect(of('web-new')).toBe(1);
  });

  it('that adopted it, also where the old name has come back with a selector as wide', () => {
    const both = [deployment('web-old', { app: 'x' }), deployment('web-new', { app: 'x' })];
    const read = { [`web-old-${HASH}`]: deploymentOwner('web-new') };
    const { plain, of } = owners(both, [pod('web-old', { app: 'x' })], read);
    expect(plain).toBe(false);
    expect([of('web-old'), of('web-new')]).toEqual([0, 1]);
  });

  it('and not of one made anew under the same name while the old pods end', () => {
    const read = { [`web-${HASH}`]: { kind: 'Deployment', name: 'web', uid: 'of the first' } };
    const { of } = owners(
      [deployment('web', { app: 'x' }), deployment('other', { app: 'x' })],
      [pod('web', { app: 'x' })],
      read,
    );
    expect(of('web')).toBe(0);
  });

  it('and of none where a Rollout controls the ReplicaSet, though the Deployment selects its pods', () => {
    const set = 'web-5c689d88bb';
    const labels = { app: 'web', 'rollouts-pod-template-hash': '5c689d88bb' };
    const rollout = pod(set, labels, { replicaSet: set, hash: null });
    expect(
      owners([deployment('web')], [rollout], { [set]: { kind: 'Rollout', name: 'web', uid: 'r' } }).of('web'),
    ).toBe(0);
    expect(owners([deployment('web')], [rollout], {}).of('web')).toBe(0);
  });

  it('and of none where nobody has adopted it', () => {
    const { of, strays } = owners([deployment('web', { app: 'x' })], [pod('old', { app: 'x' })], {
      [`old-${HASH}`]: null,
    });
    expect(of('web')).toBe(0);
    expect(strays.get('demo/web')).toContain('which no controller has adopted');
  });

  it('never across namespaces', () => {
    expect(owners([deployment('web')], [pod('web', { app: 'web' }, { namespace: 'other' })], {}).of('web')).toBe(0);
  });
});

describe('where ReplicaSets cannot be read', () => {
  it('the only Deployment that selects a pod has it, whatever its ReplicaSet is called', () => {
    expect(owners([deployment('web-new', { app: 'x' })], [pod('web-old', { app: 'x' })], {}).of('web-new')).toBe(1);
  });

  it('of several the one after which it is named', () => {
    const both = [deployment('web', { app: 'x' }), deployment('canary', { app: 'x' })];
    const { of } = owners(both, [pod('canary', { app: 'x' }), pod('web', { app: 'x' })], {});
    expect([of('web'), of('canary')]).toEqual([1, 1]);
  });

  it('none where neither tells, and then it is said whose they might be', () => {
    const both = [deployment('a', { app: 'x' }), deployment('b', { app: 'x' })];
    const { of, strays } = owners(both, [pod('old', { app: 'x' })], {});
    expect([of('a'), of('b')]).toEqual([0, 0]);
    expect(strays.get('demo/a')).toMatch(
      /1 that its selector matches are of ReplicaSet old-.*cannot be told \(a, b select/,
    );
  });
});

test('the index finds exactly the selectors that match', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'track'), word, { maxKeys: 3 });
  const selector = fc.record({
    matchLabels: labels,
    matchExpressions: fc.array(
      fc.record({
        key: fc.constantFrom('app', 'tier'),
        operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
        values: fc.array(word, { minLength: 1, maxLength: 2 }),
      }),
      { maxLength: 1 },
    ),
  });
  const one = fc.record({ namespace: fc.constantFrom('n', 'm'), selector });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), labels, (all, of) => {
      const found = selectorIndex(all)('n', of);
      const expected = all.filter((each) => each.namespace === 'n' && matches(each.selector, of));
      expect(new Set(found)).toEqual(new Set(expected));
    }),
  );
});

test('whatever names and owners are, no pod is counted twice, and with ReplicaSets read each is where it belongs', () => {
  const name = fc.constantFrom('web', 'web-old', 'web-new');
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { minLength: 1 }),
      fc.array(fc.tuple(name, fc.option(name)), { maxLength: 8 }),
      (names, sets) => {
        const deployments = names.map((each) => deployment(each, { app: 'x' }));
        const pods = sets.map(([set], i) => pod(set, { app: 'x' }, { replicaSet: `${set}-${i}-${HASH}` }));
        const read = Object.fromEntries(
          sets.map(([set, owner], i) => [`${set}-${i}-${HASH}`, owner ? deploymentOwner(owner) : null]),
        );
        const { podsOf } = ownersOf(groupByReplicaSet(deployments, pods), ({ name: of }) => read[of]);
        for (const each of names) {
          const expected = sets.filter(([, owner]) => owner === each).length;
          expect(podsOf.get(`demo/${each}`)?.length ?? 0).toBe(expected);
        }
      },
    ),
  );
});

function owners(
  deployments: readonly DeploymentFacts[],
  pods: readonly OwnedPod[],
  read: Readonly<Record<string, Controller>>,
) {
  const groups = groupByReplicaSet(deployments, pods);
  const { podsOf, strays } = ownersOf(groups, ({ name }) => read[name]);
  return { plain: groups.every(isPlain), of: (name: string) => podsOf.get(`demo/${name}`)?.length ?? 0, strays };
}

function deploymentOwner(name: string): Controller {
  return { kind: 'Deployment', name, uid: `uid of ${name}` };
}

function deployment(name: string, labels: Readonly<Record<string, string>> = { app: name }): DeploymentFacts {
  const facts = toDeploymentFacts({
    metadata: { name, namespace: 'demo', uid: `uid of ${name}` },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c' }] } },
    },
  });
  if (facts === null) throw new Error('the fixture is not a Deployment');
  return facts;
}

function pod(
  of: string,
  labels: Readonly<Record<string, string>>,
  { replicaSet = `${of}-${HASH}`, hash = HASH as string | null, namespace = 'demo' } = {},
): OwnedPod {
  const made: Pod = {
    metadata: {
      name: `pod-of-${of.slice(0, 20)}`,
      namespace,
      labels: { ...labels, ...(hash !== null && { 'pod-template-hash': hash }) },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: replicaSet, uid: `uid of ${replicaSet}`, controller: true },
      ],
    },
    spec: { containers: [{ name: 'c' }] },
    status: { phase: 'Running' },
  };
  const owned = toOwnedPod(made);
  if (owned === null) throw new Error('the fixture is not a pod');
  return owned;
}
