// `ai4k8s proposals`, `propose`, `approve` and `reject`: changes that wait for a person, and what he says to them.
import { Command } from 'commander';
import { type ApiTarget, askApi } from './api-client.ts';
import { numberOrText } from './number-option.ts';
import { onWorkload, type Where } from './policy-commands.ts';
import { type Show, watchOption } from './show.ts';

/** @param show asks the API and prints its answer, or what went wrong */
export function proposalCommands(show: Show): readonly Command[] {
  return [
    new Command('proposals')
      .description('changes that wait for a person to approve them')
      .option('-n, --namespace <ns>', 'only of this namespace')
      .addOption(watchOption())
      .action(({ namespace, watch }: { namespace?: string; watch?: number }) =>
        show((target) => askApi(target, 'proposals', namespace === undefined ? {} : { query: { namespace } }), {
          everySeconds: watch,
        }),
      ),
    onWorkload('propose', 'puts a number of replicas before people, who approve or reject it; changes nothing')
      .requiredOption('--to <n>', 'so many replicas', numberOrText)
      .requiredOption('--reason <text>', 'why, for whoever answers')
      .action((deployment_name: string, { to, ...given }: Where & { to: number | string; reason: string }) =>
        show((target) =>
          askApi(target, 'proposals/create', { body: { deployment_name, ...given, target_replicas: to } }),
        ),
      ),
    answering('approve', 'carries a proposed change out, where it is still what is wanted').action(
      (deployment: string, id: string | undefined, where: Where) =>
        show((target) => answer(target, 'approve', deployment, id, where)),
    ),
    answering('reject', 'declines a proposed change; it is not proposed again for half an hour, unless more is wanted')
      .option('--reason <text>', 'why, for whoever asks later')
      .action((deployment: string, id: string | undefined, { reason, ...where }: Where & { reason?: string }) =>
        show((target) => answer(target, 'reject', deployment, id, where, { reason })),
      ),
  ];
}

function answering(name: string, description: string): Command {
  return onWorkload(name, description).argument('[proposal]', 'its id; without one what waits now');
}

interface Waiting {
  readonly id: string;
  readonly namespace: string;
  readonly deployment: string;
  readonly kind: string;
  readonly current_replicas: number;
  readonly target_replicas: number;
}

/** Without an id it is what waits at this moment, and the number that is shown is the number that is approved. */
async function answer(
  target: ApiTarget,
  what: 'approve' | 'reject',
  deployment_name: string,
  id: string | undefined,
  where: Where,
  more: object = {},
): Promise<Response> {
  const send = (proposal: string, seen: object = {}) =>
    askApi(target, `proposals/${what}`, { body: { deployment_name, ...where, proposal, ...seen, ...more } });
  if (id !== undefined) return send(id);
  const listed = await askApi(target, 'proposals', { query: { namespace: where.namespace } });
  if (!listed.ok) return listed;
  const { proposals } = (await listed.json()) as { readonly proposals: readonly Waiting[] };
  const [waiting, ...others] = proposals.filter(
    ({ deployment, kind }) => deployment === deployment_name && kind === where.kind,
  );
  const name = `${where.namespace}/${deployment_name}`;
  if (waiting === undefined) {
    const detail = `no change waits for approval on ${name}; "proposals" lists those that do`;
    return Response.json({ title: 'Nothing waits', detail }, { status: 404 });
  }
  if (others.length > 0) {
    const each = [waiting, ...others].map((one) => `${one.current_replicas} → ${one.target_replicas} is ${one.id}`);
    const detail = `${each.length} changes wait on ${name}: give the id of one. ${each.join('; ')}`;
    return Response.json({ title: 'Which one', detail }, { status: 409 });
  }
  return send(waiting.id, what === 'approve' ? { target_replicas: waiting.target_replicas } : {});
}
