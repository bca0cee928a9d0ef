import type { OfClusters } from './of-clusters.ts';

export function FailedClusters({ failed }: Pick<OfClusters<unknown>, 'failed'>) {
  return (
    <>
      {failed.map(([cluster, { message, detail }]) => (
        <p key={cluster} class="notice bad" role="alert">
          <strong>{cluster}</strong> cannot be read: {message}: {detail}
        </p>
      ))}
    </>
  );
}
