// Windows in which a workload has a floor, a ceiling or a size: those there are, and new ones.
import '../../style/marks.css';
import './schedules.css';
import { useState } from 'preact/hooks';
import { read } from '../../api/client.ts';
import type { Window } from '../../api/types.ts';
import { FailedClusters } from '../../parts/failed-clusters.tsx';
import { Freshness } from '../../parts/freshness.tsx';
import { useOfClusters } from '../../parts/of-clusters.ts';
import { type Said, SaidLine } from '../../parts/said.tsx';
import { useMayWrite } from '../../parts/session.tsx';
import { NewWindow } from './new-window.tsx';
import { Windows } from './windows.tsx';

async function ask(cluster: string, signal: AbortSignal): Promise<readonly Window[]> {
  const path = `schedule/${encodeURIComponent(cluster)}`;
  return (await read<{ readonly windows: readonly Window[] }>(path, {}, signal)).windows;
}

export function Schedules() {
  const live = useOfClusters('schedules', ask);
  const mayWrite = useMayWrite();
  const [said, setSaid] = useState<Said | null>(null);
  const tell = (next: Said) => {
    setSaid(next);
    live.again();
  };
  const { data } = live;
  return (
    <>
      <h1>Schedules</h1>
      <p class="faint">
        In a window a workload has at least, at most or exactly so many replicas; outside of it the other sources
        decide.
      </p>
      <Freshness live={live} what="the schedules" />
      <SaidLine said={said} />
      {data && <FailedClusters failed={data.failed} />}
      {data && <Windows of={data} onSaid={tell} />}
      {data && mayWrite && <NewWindow clusters={data.clusters} onSaid={tell} />}
    </>
  );
}
