// What this page may do, for every view; null until it is known.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Live, useLive } from '../api/live.ts';
import { readSession, type Session } from '../api/session.ts';

export const SessionContext = createContext<Session | null>(null);

const EVERY = 60_000;

export function useSession(): Live<Session> {
  return useLive('session', readSession, EVERY);
}

/** Whether buttons that change something are shown. */
export function useMayWrite(): boolean {
  const session = useContext(SessionContext);
  return session !== null && !session.read_only;
}
