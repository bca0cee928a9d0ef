import { useContext } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { overviewPath, PROPOSALS_PATH, SCHEDULES_PATH } from '../routes.ts';
import { Clock } from './age.tsx';
import { SessionContext } from './session.tsx';
import { ThemeButton } from './theme.tsx';

const LINKS = [
  ['Workloads', overviewPath(null)],
  ['Proposals', PROPOSALS_PATH],
  ['Schedules', SCHEDULES_PATH],
] as const;

export function Header() {
  const { path } = useLocation();
  const session = useContext(SessionContext);
  return (
    <header class="top">
      <a class="brand" href={overviewPath(null)}>
        AI4K8s
      </a>
      <nav aria-label="Views">
        {LINKS.map(([name, to]) => (
          <a key={to} href={to} aria-current={path === to ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <span class="grow" />
      {session?.read_only && <span class="badge">read-only</span>}
      <span class="faint clock">
        <Clock />
      </span>
      <ThemeButton />
    </header>
  );
}
