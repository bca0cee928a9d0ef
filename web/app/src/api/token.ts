// What proves to the signing proxy that this page was opened by who started it. It comes behind the #, which no server and no log
// sees, and stays in this tab.
const KEY = 'ai4k8s-token';
const HEADER = 'x-ai4k8s-token';

/** Takes the token out of the address, before anybody copies that. Called once, at the start. */
export function takeToken(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return;
  sessionStorage.setItem(KEY, given);
  history.replaceState(history.state, '', location.pathname + location.search);
}

/** The header of every request; none where nobody wants one. */
export function token(): Readonly<Record<string, string>> {
  const kept = sessionStorage.getItem(KEY);
  return kept === null ? {} : { [HEADER]: kept };
}
