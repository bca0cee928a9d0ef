// What all objects of the Kubernetes API have in common, and how it writes times and quantities.

export type Json = string | number | boolean | null | undefined | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };
export type KubeObject = JsonObject & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
};

/** Keys whose value says nothing are left out, as the real server does. */
export function withoutEmpty(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && value !== 0 && !isEmptyMap(value)),
  );
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param seconds since 1970 */
export function timestamp(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** With microseconds, as `eventTime` wants it. */
export function microTimestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('Z', '000Z');
}

/** 0.25 → `250m`, 2 → `2`. */
export function cpuQuantity(cores: number): string {
  const milli = Math.round(cores * 1000);
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

/** The largest binary unit without a remainder: 134217728 → `128Mi`. */
export function memoryQuantity(bytes: number): string {
  const whole = Math.round(bytes);
  for (const [unit, size] of [
    ['Gi', 2 ** 30],
    ['Mi', 2 ** 20],
    ['Ki', 2 ** 10],
  ] as const) {
    if (whole > 0 && whole % size === 0) return `${whole / size}${unit}`;
  }
  return String(whole);
}

/** As `kubectl` shows ages: the coarser the older. */
export function age(seconds: number): string {
  const s = Math.floor(seconds);
  const [minutes, hours, days] = [Math.floor(s / 60), Math.floor(s / 3600), Math.floor(s / 86_400)];
  if (s < 0) return '0s';
  if (s < 120) return `${s}s`;
  if (minutes < 10) return two(minutes, 'm', s % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  return two(Math.floor(days / 365), 'y', days % 365, 'd');
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

function isEmptyMap(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
