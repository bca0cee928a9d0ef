// What was known when it was decided.
import type { Story } from '../../api/types.ts';
import { amount, number } from '../../quantities.ts';

type Fact = readonly [name: string, value: string];

export function Inputs({ story }: { readonly story: Story }) {
  const { envelope, observation } = story;
  const missing = Object.entries(observation.missing);
  return (
    <section class="card">
      <h2>What was known</h2>
      <dl class="facts">
        {factsOf(story).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {missing.map(([signal, why]) => (
        <p key={signal} class="notice warn">
          {signal} is not used: {why}
        </p>
      ))}
      <p>
        What evidence allowed: {envelope.floor} to {envelope.ceiling} replicas.{' '}
        <span class="faint">{envelope.reason}</span>
      </p>
    </section>
  );
}

function factsOf({ observation, forecast, policy, ...more }: Story): readonly Fact[] {
  const { replicas, cpu_cores, cpu_percent, memory_bytes, memory_percent, hpa } = observation;
  const peak = 'cpu' in forecast ? (forecast.cpu as { readonly peak: number | null }).peak : null;
  const facts: (Fact | null)[] = [
    ['Replicas ready', `${replicas.ready} of ${replicas.spec}`],
    known('CPU', cpu_cores, 'cores', cpu_percent),
    known('Memory', memory_bytes, 'bytes', memory_percent),
    peak === null ? null : ['CPU peak ahead', amount(peak, 'cores')],
    ['Bounds', `${policy.min_replicas} to ${policy.max_replicas}`],
    ['Mode', policy.enabled ? policy.mode : 'not enabled'],
    hpa === null ? null : ['HPA', `${hpa.name} holds ${hpa.current_replicas}`],
    ...('signals' in more ? Object.entries(more.signals).map(signalFact) : []),
  ];
  return facts.filter((fact): fact is Fact => fact !== null);
}

function known(name: string, value: number | null, unit: string, percent: number | null): Fact | null {
  if (value === null) return null;
  return [name, `${amount(value, unit)}${percent === null ? '' : `, ${number(percent)} %`}`];
}

function signalFact([name, signal]: [string, object]): Fact {
  const { unit, demand, value, band } = signal as {
    readonly unit: string;
    readonly demand?: number | null;
    readonly value?: number | null;
    readonly band?: string;
  };
  const measured = demand ?? value ?? null;
  return [
    name,
    `${measured === null ? 'not measured' : amount(measured, unit)}${band === undefined ? '' : `, ${band}`}`,
  ];
}
