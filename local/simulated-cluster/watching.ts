// WATCH: a stream of changes, for `kubectl get -w`, `kubectl rollout status` and informers.
import type { ServerResponse } from 'node:http';
import type { Change } from './change-log.ts';
import type { KubeObject } from './kube-object.ts';
import { asTable, type ReadRequest } from './reading.ts';
import type { Item } from './resource.ts';
import { selectorFilter } from './selectors.ts';
import { StatusError } from './status.ts';
import type { World } from './world.ts';

/** Writes changes to the response until the client goes, `timeoutSeconds` are over, or the server closes. */
export function watch(world: World, request: ReadRequest, response: ServerResponse): void {
  const { resource, namespace, query } = request;
  const filter = selectorFilter(query.get('labelSelector'), query.get('fieldSelector'));
  const isSeen = (item: Item): boolean => (namespace === null || item.namespace === namespace) && filter(item);
  const send = (type: string, object: KubeObject): void => {
    response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const shown = (item: Item): KubeObject => (request.asTable ? asTable(request, [item], {}) : item.object());
  const pass = (change: Change): void => {
    const item = resource.itemOf(world, change.subject);
    if (item !== null && isSeen(item)) send(change.type, shown(item));
  };

  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const from = query.get('resourceVersion') ?? '';
  if (from === '' || from === '0') {
    for (const item of resource.items(world, namespace).filter(isSeen)) send('ADDED', shown(item));
  } else {
    const missed = world.log.since(Number(from));
    if (missed === null) {
      send('ERROR', new StatusError(410, 'Expired', `too old resource version: ${from}`).toStatus());
      response.end();
      return;
    }
    missed.forEach(pass);
  }
  const stop = world.log.listen(pass);
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const timer = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000).unref() : null;
  response.on('close', () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  });
}
