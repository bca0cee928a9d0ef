// Everything in the simulated cluster that moves, and the one place where time passes for it.
import type { Clock } from '../../lib/app/ports/world.ts';
import { HPA_SYNC_SECONDS } from '../../lib/domain/hpa/controller.ts';
import { setReplicas, step } from '../../lib/domain/simulation/workload-model.ts';
import { ChangeLog } from './change-log.ts';
import { type EventRecord, EventStore, type News, rescaleNews, scalingNews } from './events.ts';
import type { Faults } from './faults.ts';
import { type Hpa, hpaOf, isSameCondition, syncHpa } from './hpa.ts';
import type { SavedHpa, SavedWorld } from './saved-world.ts';
import { restoredHpa, restoredWorkload, savedHpa, savedWorkload } from './saving.ts';
import {
  finishStartUps,
  isAvailable,
  makePod,
  makeWorkload,
  type Pod,
  type SimulatedWorkload,
  type Workload,
} from './workload.ts';

/** Metrics need a first measurement and the lag: a cluster that just started would show none. HPAs wait for the start. */
const WARM_UP_STEPS = 2;
/** What passed while nobody ran the cluster is made up for, controllers at work: as far back as this. */
const MADE_UP_FOR_SECONDS = 86_400;

export class World {
  readonly name: string;
  readonly faults: Faults;
  readonly log: ChangeLog;
  readonly events = new EventStore();
  readonly namespaces: ReadonlySet<string>;
  readonly startedAt: number;
  readonly #clock: Clock;
  readonly #stepSeconds: number;
  readonly #workloads = new Map<string, Workload>();
  readonly #byNamespace = new Map<string, Workload[]>();
  readonly #hpas = new Map<string, Hpa>();
  /** What an earlier world had and this one was not asked for: kept for the next. */
  readonly #absent: Pick<SavedWorld, 'workloads' | 'hpas'>;
  #seconds: number;
  #hpasSyncedAt: number;

  /** @param saved what an earlier world of these workloads was; those it does not know begin now */
  constructor(
    name: string,
    specs: readonly SimulatedWorkload[],
    clock: Clock,
    stepSeconds: number,
    faults: Faults,
    saved: SavedWorld | null = null,
  ) {
    this.name = name;
    this.faults = faults;
    this.#clock = clock;
    this.#stepSeconds = stepSeconds;
    this.log = new ChangeLog(saved?.version);
    const now = clock.now() / 1000;
    this.#seconds = Math.min(now, Math.max(saved?.seconds ?? now, now - MADE_UP_FOR_SECONDS));
    this.#hpasSyncedAt = this.#seconds;
    const warmUpFrom = this.#seconds - WARM_UP_STEPS * stepSeconds;
    this.startedAt = saved?.startedAt ?? warmUpFrom;
    const before = new Map(saved?.workloads.map((one) => [one.key, one]));
    for (const spec of specs) {
      const fresh = makeWorkload(spec, warmUpFrom);
      const known = before.get(fresh.key);
      this.#add(known === undefined ? fresh : restoredWorkload(fresh, known));
      const hpa = known === undefined ? hpaOf(fresh) : null;
      if (hpa !== null) this.putHpa(hpa);
    }
    const absent = (saved?.workloads ?? []).filter(({ key }) => !this.#workloads.has(key));
    const isAbsent = ({ namespace, spec }: SavedHpa) => absent.some(({ key }) => key === `${namespace}/${spec.target}`);
    const [absentHpas = [], hpas = []] = [true, false].map((is) => saved?.hpas.filter((hpa) => isAbsent(hpa) === is));
    this.#absent = { workloads: absent, hpas: absentHpas };
    for (const hpa of hpas) this.putHpa(restoredHpa(hpa));
    this.namespaces = new Set(['default', 'kube-system', ...this.#byNamespace.keys()]);
    for (let i = 1; i <= WARM_UP_STEPS; i++) this.#passTimeEverywhere(warmUpFrom + i * stepSeconds);
    this.advance();
  }

  /** All of it that outlives the process. */
  saved(): SavedWorld {
    return {
      seconds: this.#seconds,
      startedAt: this.startedAt,
      version: this.log.version,
      workloads: [...this.#absent.workloads, ...[...this.#workloads.values()].map(savedWorkload)],
      hpas: [...this.#absent.hpas, ...[...this.#hpas.values()].map(savedHpa)],
    };
  }

  /** Seconds of simulated time since 1970 up to which the world has moved. */
  get seconds(): number {
    return this.#seconds;
  }

  workload(namespace: string, name: string): Workload | undefined {
    return this.#workloads.get(`${namespace}/${name}`);
  }

  workloads(namespace: string | null): readonly Workload[] {
    return namespace === null ? [...this.#workloads.values()] : (this.#byNamespace.get(namespace) ?? []);
  }

  hpa(namespace: string, name: string): Hpa | undefined {
    return this.#hpas.get(`${namespace}/${name}`);
  }

  hpas(namespace: string | null): readonly Hpa[] {
    const all = [...this.#hpas.values()];
    return namespace === null ? all : all.filter((hpa) => hpa.namespace === namespace);
  }

  /** Catches up with the clock, in whole steps. */
  advance(): void {
    const now = this.#clock.now() / 1000;
    while (this.#seconds + this.#stepSeconds <= now) {
      this.#seconds += this.#stepSeconds;
      this.#passTimeEverywhere(this.#seconds);
      if (this.#seconds - this.#hpasSyncedAt >= HPA_SYNC_SECONDS) this.#syncHpas();
    }
  }

  /** Adds or removes pods now; a change between two steps splits the step for this workload alone. */
  scale(workload: Workload, replicas: number, at = this.#now()): void {
    const before = workload.state.replicas;
    if (replicas === before) return;
    this.#passTime(workload, at);
    const wasAvailable = isAvailable(workload);
    workload.state = setReplicas(workload.state, replicas, workload.config);
    while (workload.pods.length > replicas) this.#removeNewestPod(workload);
    while (workload.pods.length < replicas) this.#addPod(workload, workload.state.seconds);
    workload.generation++;
    if (wasAvailable !== isAvailable(workload)) workload.availableChangedAt = workload.state.seconds;
    this.touch(workload);
    this.#report(workload.state.seconds, scalingNews(workload, before));
  }

  /** Whoever runs a pod has said whether it serves. */
  reportReady(workload: Workload, pod: Pod, ready: boolean): void {
    if (pod.ready === ready) return;
    const wasAvailable = isAvailable(workload);
    pod.ready = ready;
    pod.readyChangedAt = this.#now();
    pod.resourceVersion = this.log.record('MODIFIED', { of: 'pod', workload, pod });
    if (wasAvailable !== isAvailable(workload)) workload.availableChangedAt = pod.readyChangedAt;
    this.touch(workload);
  }

  /** After any change to a Deployment. */
  touch(workload: Workload): void {
    workload.resourceVersion = this.log.record('MODIFIED', { of: 'workload', workload });
  }

  putHpa(hpa: Hpa): void {
    const key = `${hpa.namespace}/${hpa.name}`;
    const type = this.#hpas.has(key) ? 'MODIFIED' : 'ADDED';
    this.#hpas.set(key, hpa);
    hpa.resourceVersion = this.log.record(type, { of: 'hpa', hpa });
  }

  deleteHpa(hpa: Hpa): void {
    this.#hpas.delete(`${hpa.namespace}/${hpa.name}`);
    hpa.resourceVersion = this.log.record('DELETED', { of: 'hpa', hpa });
  }

  addEvent(event: EventRecord): void {
    this.events.add(event);
    event.resourceVersion = this.log.record('ADDED', { of: 'event', event });
  }

  #report(seconds: number, news: News): void {
    this.addEvent(this.events.make(seconds, news));
  }

  #now(): number {
    return Math.max(this.#seconds, this.#clock.now() / 1000);
  }

  #add(workload: Workload): void {
    this.#workloads.set(workload.key, workload);
    const neighbours = this.#byNamespace.get(workload.namespace);
    if (neighbours === undefined) this.#byNamespace.set(workload.namespace, [workload]);
    else neighbours.push(workload);
    workload.resourceVersion = this.log.record('ADDED', { of: 'workload', workload });
    for (const pod of workload.pods) pod.resourceVersion = this.log.record('ADDED', { of: 'pod', workload, pod });
  }

  #passTimeEverywhere(until: number): void {
    for (const workload of this.#workloads.values()) this.#passTime(workload, until);
  }

  #passTime(workload: Workload, until: number): void {
    const passed = until - workload.state.seconds;
    if (passed <= 0) return;
    const wasAvailable = isAvailable(workload);
    const demand = workload.spec.load(workload.state.seconds * 1000);
    workload.state = step(workload.state, demand, passed, workload.config);
    const started = finishStartUps(workload);
    if (started.length === 0) return;
    for (const pod of started) pod.resourceVersion = this.log.record('MODIFIED', { of: 'pod', workload, pod });
    if (wasAvailable !== isAvailable(workload)) workload.availableChangedAt = workload.state.seconds;
    this.touch(workload);
  }

  #addPod(workload: Workload, bornAt: number): void {
    const pod = makePod(workload, bornAt);
    workload.pods.push(pod);
    pod.resourceVersion = this.log.record('ADDED', { of: 'pod', workload, pod });
  }

  #removeNewestPod(workload: Workload): void {
    const pod = workload.pods.pop();
    if (pod !== undefined) pod.resourceVersion = this.log.record('DELETED', { of: 'pod', workload, pod });
  }

  #syncHpas(): void {
    this.#hpasSyncedAt = this.#seconds;
    const claims = new Map<string, number>();
    for (const hpa of this.#hpas.values()) {
      const target = `${hpa.namespace}/${hpa.spec.target}`;
      claims.set(target, (claims.get(target) ?? 0) + 1);
    }
    for (const hpa of this.#hpas.values()) {
      this.#syncHpa(hpa, (claims.get(`${hpa.namespace}/${hpa.spec.target}`) ?? 0) > 1);
    }
  }

  #syncHpa(hpa: Hpa, rivals: boolean): void {
    const workload = this.workload(hpa.namespace, hpa.spec.target);
    const metricsAway = this.faults.metricsAway ?? false;
    const before = hpa.condition;
    const { desired, memory, condition } = syncHpa(hpa, { now: this.#seconds, workload, rivals, metricsAway });
    hpa.memory = memory;
    hpa.condition = condition;
    if (workload !== undefined && desired !== null && desired !== workload.state.replicas) {
      this.scale(workload, desired, this.#seconds);
      hpa.lastScaledAt = this.#seconds;
      this.#report(this.#seconds, rescaleNews(hpa));
    }
    if (!isSameCondition(before, condition)) hpa.resourceVersion = this.log.record('MODIFIED', { of: 'hpa', hpa });
  }
}
