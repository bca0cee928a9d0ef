// What the form says, as the API's body, and as the same elsewhere.
import type { Ref } from '../../api/types.ts';
import { type Annotations, cliLine, keyOfField } from '../../parts/commands/commands.ts';
import { type Field, readField } from './schema.ts';

/** By the names of fields; empty is left as it is. */
export type Texts = Readonly<Record<string, string>>;
export type Body = Readonly<Record<string, string | number | boolean>>;

export const RUNGS = ['recommend', 'propose', 'limited', 'auto'] as const;
export type Rung = (typeof RUNGS)[number];

/** On which rung each of these says something: modes that act, and limits of what acts. */
const LIMITS: ReadonlySet<string> = new Set(['limit_step', 'limit_direction', 'limit_hours']);
const ACTING: ReadonlySet<Rung> = new Set(['limited', 'auto']);

/** Whether a field is asked for on a rung. */
export function isAsked(name: string, rung: Rung): boolean {
  if (LIMITS.has(name)) return rung === 'limited';
  return ACTING.has(rung) || (name !== 'mode' && name !== 'create_hpa');
}

/** What is in force that limits it. */
interface Limited {
  readonly limit_step?: string;
  readonly limit_direction?: string;
  readonly limit_hours?: string;
}

/** Why the rung that is chosen is not the one that it will stand on; null where it is. */
export function rungFault(rung: Rung, texts: Texts, now: Limited): string | null {
  if (rung === 'limited')
    return [...LIMITS].some((name) => texts[name] || Object.hasOwn(now, name)) ? null : 'choose at least one limit';
  const stays = rung === 'auto' && (now.limit_step !== undefined || now.limit_hours !== undefined);
  return stays ? 'its limits of step and hours stay until it is disabled: disable it first, then enable it anew' : null;
}

/** What is filled in and can be read, with the rung as its mode. Fields that cannot be read are left out. */
export function bodyOf(fields: readonly Field[], texts: Texts, rung: Rung, now: Limited = {}): Body {
  const entries = fields.flatMap(({ name, schema }) => {
    const text = texts[name] ?? '';
    const value = text === '' || !isAsked(name, rung) ? undefined : readField(schema, text);
    return value === undefined ? [] : [[name, value] as const];
  });
  const { mode = ACTING.has(rung) ? 'auto' : rung, ...body } = Object.fromEntries(entries);
  const lifted = rung === 'auto' && now.limit_direction !== undefined ? { limit_direction: 'both' } : {};
  return { mode, ...lifted, ...body };
}

/** As annotations, without prefix. An HPA is no annotation. */
export function annotationsOf({ create_hpa: _, ...body }: Body): Annotations {
  const keys = Object.entries(body).map(([name, value]) => [keyOfField(name), String(value)] as const);
  return { 'predictive-autoscaling-enabled': 'true', ...Object.fromEntries(keys) };
}

const OPTIONS: Readonly<Record<string, string>> = { min_replicas: 'min', max_replicas: 'max' };

export function cliOf(url: string | null, ref: Ref, { create_hpa, ...body }: Body): string {
  const options = Object.entries(body).map(([name, value]) => `--${OPTIONS[name] ?? keyOfField(name)}=${value}`);
  return cliLine(url, 'enable', ref, create_hpa === true ? [...options, '--hpa'] : options);
}
