// What a form says, as the API takes it. Whether it makes a window, the API says: it knows the policy.

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export interface Form {
  readonly cluster: string;
  /** `namespace/name`, with its kind behind a space where it is no Deployment. */
  readonly workload: string;
  readonly pattern: 'weekly' | 'cron';
  readonly days: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly isOvernight: boolean;
  readonly cron: string;
  readonly minutes: string;
  readonly timeZone: string;
  readonly effect: 'floor' | 'ceiling' | 'size';
  readonly replicas: string;
  readonly from: string;
  readonly until: string;
}

export function emptyForm(cluster: string): Form {
  return {
    cluster,
    workload: '',
    pattern: 'weekly',
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    start: '08:00',
    end: '18:00',
    isOvernight: false,
    cron: '0 8 * * 1-5',
    minutes: '600',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    effect: 'floor',
    replicas: '',
    from: '',
    until: '',
  };
}

/** Fields that are left empty are left out: what the API expects there it says itself. */
export function bodyOf(form: Form): object {
  const [name = '', kind] = form.workload.trim().split(/\s+/);
  const slash = name.indexOf('/');
  const { pattern, days, start, end, isOvernight, cron, minutes, effect, from, until } = form;
  return {
    deployment_name: name.slice(slash + 1),
    ...(slash > 0 && { namespace: name.slice(0, slash) }),
    ...(kind !== undefined && { kind }),
    time_zone: form.timeZone.trim(),
    ...(pattern === 'weekly'
      ? { days, start, end, ...(isOvernight && { overnight: true }) }
      : { cron: cron.trim(), ...numberAs('duration_minutes', minutes) }),
    ...numberAs(effect, form.replicas),
    ...(from !== '' && { from }),
    ...(until !== '' && { until }),
  };
}

/** What is no number goes as it is: the answer then names it. */
function numberAs(name: string, text: string): object {
  const given = text.trim();
  if (given === '') return {};
  return { [name]: /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given };
}
