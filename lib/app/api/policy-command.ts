// The write of a level's policy. It may let changes go ahead that a cap held back: who may do that approves.
import { changeLevel } from '../commands/change-level.ts';
import type { PolicyStore } from '../ports/policy-store.ts';
import type { Clock, Log } from '../ports/world.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking, knownCluster } from './base.ts';
import { keyOfField, problemsOfWhole, setPolicyRoute } from './policy-contract.ts';
import { presentLevel, saidOfLevel } from './policy-query.ts';
import { problem } from './problem.ts';

export interface PolicyCommandContext extends ApiContext {
  readonly ports: { readonly policies: PolicyStore; readonly clock: Clock; readonly log: Log };
  /** Who asked, from what the function was invoked with. */
  readonly requestedBy: (env: unknown) => string | null;
}

export function addPolicyWrites(app: Api, context: PolicyCommandContext): void {
  app.openapi(setPolicyRoute, async (c) => {
    const { namespace = null, unset = [], ...given } = c.req.valid('json');
    const cluster = knownCluster(asking(context, c.env, 'approve'), c.req.valid('param').cluster, namespace);
    const set = Object.fromEntries(
      Object.entries(given).flatMap(([field, value]) =>
        value === undefined ? [] : [[keyOfField(field), String(value).trim()] as const],
      ),
    );
    const by = context.requestedBy(c.env);
    const change = { cluster, namespace, set, unset: unset.map(keyOfField), by };
    const result = await changeLevel(context.ports, change, (values) => problemsOfWhole(namespace, values));
    if (result.kind === 'busy')
      throw problem(409, 'Still running', 'others are changing the same policy: look at it, and ask again');
    if (result.kind === 'invalid') {
      const detail = result.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
      throw problem(400, 'Invalid policy', detail, { cluster, namespace, errors: result.errors });
    }
    const level = presentLevel(result.record);
    const message = `${saidOfLevel(level)}; it holds from the next tick and command on`;
    return c.json({ success: true, cluster, message, ...level }, 200);
  });
}
