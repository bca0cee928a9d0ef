// client-node's types for JSON as it came: making class instances of it costs as much CPU time as all the rest of reading.
import type { V1Deployment, V1Pod, V1StatefulSet, V2HorizontalPodAutoscaler } from '@kubernetes/client-node';

export type Deployment = Json<V1Deployment>;
export type StatefulSet = Json<V1StatefulSet>;
export type Pod = Json<V1Pod>;
export type PodSpec = NonNullable<Pod['spec']>;
export type Hpa = Json<V2HorizontalPodAutoscaler>;

/** The same shape with times still as text. */
type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;
