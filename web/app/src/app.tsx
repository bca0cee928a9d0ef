// The frame of every view: where one is, what waits, and whether the API answers.

import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Header } from './parts/header.tsx';
import { SessionContext, useSession } from './parts/session.tsx';
import { overviewPath, type View, viewOf } from './routes.ts';
import { DecisionView } from './views/decision/decision.tsx';
import { Enable } from './views/enable/enable.tsx';
import { History } from './views/history/history.tsx';
import { Overview } from './views/overview/overview.tsx';
import { Proposals } from './views/proposals/proposals.tsx';
import { Schedules } from './views/schedules/schedules.tsx';
import { Workload } from './views/workload/workload.tsx';

export function App() {
  const { path, query, route } = useLocation();
  const session = useSession();
  useEffect(() => {
    if (path === '/') route(overviewPath(null), true);
  }, [path, route]);
  return (
    <SessionContext.Provider value={session.data}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        {session.problem?.status === 401 ? <NoToken /> : <Shown view={viewOf(path, query)} />}
      </main>
    </SessionContext.Provider>
  );
}

/** A link that somebody sent opens no more than this: the token is of whoever started the dashboard. */
function NoToken() {
  return (
    <section class="card">
      <h1>This page wants the token of its start</h1>
      <p>
        Open the address that <code>ai4k8s dashboard</code> printed in its terminal. In a tab that was opened by it,
        links of others work as well: paste them behind the same host.
      </p>
    </section>
  );
}

function Shown({ view }: { readonly view: View }) {
  if (view.view === 'overview') return <Overview cluster={view.cluster} />;
  if (view.view === 'workload') return <Workload of={view.ref} />;
  if (view.view === 'decision') return <DecisionView of={view.ref} id={view.decision} />;
  if (view.view === 'enable') return <Enable of={view.ref} />;
  if (view.view === 'history') return <History of={view.ref} />;
  if (view.view === 'proposals') return <Proposals />;
  if (view.view === 'schedules') return <Schedules />;
  return (
    <section class="empty">
      <h1>There is no such page</h1>
      <p>
        <a href={overviewPath(null)}>To the overview</a>
      </p>
    </section>
  );
}
