// What tells a task from anything else that may be in a queue: its frame, checked before anything is done with it.
import * as z from 'zod';

const shard = z.object({ id: z.number().int().min(0), workloads: z.array(z.object({ name: z.string() })) });
const values = z.record(z.string(), z.string());
const entries = z.array(z.tuple([z.string(), z.unknown()]));
const observations = z.array(z.object({ workload: z.object({ namespace: z.string(), name: z.string() }) }));

const above = z.object({
  installation: values,
  cluster: values.nullable(),
  namespaces: z.record(z.string(), values),
});

const header = z.object({
  cluster: z.string().min(1),
  scheduledAt: z.number(),
  seenFrom: z.number(),
  writesUntil: z.number(),
  resizesUntil: z.number(),
  earlyUntil: z.number(),
  killSwitch: z.string().nullable(),
  hold: z.object({ since: z.number(), fallen: z.array(z.unknown()) }).nullable(),
  unfinished: z.boolean(),
  clusterReplicas: z.number().min(0),
  shards: z.number().int().min(1),
  learns: z.number().min(0),
  isHandedOn: z.literal(true),
});

export const shardTaskSchema = z.object({
  header,
  shard,
  observations,
  vertical: entries,
  policies: entries,
  above,
  schedules: entries,
  asked: z.array(z.unknown()),
  limits: entries.nullable(),
  left: z.object({ changed: z.array(z.unknown()), problems: z.array(z.string()) }).nullable(),
  resizes: z.number().min(0),
});

export const lookTaskSchema = z.object({
  cluster: z.string().min(1),
  scheduledAt: z.number(),
  at: z.number(),
  due: z.number(),
  clusterReplicas: z.number().min(0),
  shards: z.array(
    z.object({ shard, pods: z.array(z.tuple([z.string(), z.array(z.object({ name: z.string() }))])), seen: entries }),
  ),
});

export const learnTaskSchema = z.object({
  cluster: z.string().min(1),
  at: z.number(),
  shard,
  observations,
  policies: entries,
  above,
});
