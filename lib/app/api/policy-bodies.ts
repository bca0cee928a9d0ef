// What a person says of a workload's policy: the bodies of enable, disable, apply and pause.
import { z } from '@hono/zod-openapi';
import { MAX_REPLICAS, TARGET_RANGE } from '../../domain/workload/pace.ts';
import { workloadFields } from './fields.ts';
import { shown } from './input-words.ts';

const replicas = z.number().int().min(1).max(MAX_REPLICAS);

/** Body of enable: the policy's keys in snake_case. */
export const enableBody = z
  .strictObject({
    ...workloadFields,
    min_replicas: replicas.optional(),
    max_replicas: replicas.optional(),
    mode: z.enum(['auto', 'recommend', 'propose', 'hpa-floor', 'scale']).optional(),
    limit_step: z.string().max(10).optional().openapi({ example: '25%' }),
    limit_direction: z.enum(['up', 'down', 'both']).optional(),
    limit_hours: z.string().max(40).optional().openapi({ example: 'mon-fri 09:00-18:00' }),
    slo: z.number().min(50).max(99.99).optional(),
    target_cpu: z.number().min(TARGET_RANGE.cpu[0]).max(TARGET_RANGE.cpu[1]).optional(),
    target_memory: z
      .union([z.number().min(TARGET_RANGE.memory[0]).max(TARGET_RANGE.memory[1]), z.literal('off')], {
        error: ({ input }) =>
          `is ${shown(input)}, expected a number from ${TARGET_RANGE.memory.join(' to ')}, or "off"`,
      })
      .optional(),
    cooldown: z.string().max(10).optional(),
    model_load: z.string().max(10).optional(),
    restart_cost: z.string().max(10).optional(),
    time_zone: z.string().max(64).optional().openapi({ example: 'Europe/Berlin' }),
    llm: z.enum(['on', 'off', 'shadow']).optional(),
    create_hpa: z.boolean().optional().openapi({ description: 'Also creates the HPA {deployment}-hpa' }),
  })
  .refine((body) => !(body.create_hpa && body.mode === 'scale'), {
    path: ['create_hpa'],
    message: 'is true in mode scale, where no HPA may own the replica count: expected mode auto or hpa-floor',
  })
  .refine(({ min_replicas = 1, max_replicas = min_replicas }) => min_replicas <= Math.max(1, max_replicas), {
    path: ['min_replicas'],
    error: ({ input }) => overMax(input as Bounds),
  })
  .openapi('Enable');
export const workloadBody = z.strictObject(workloadFields).openapi('Workload');
export const pauseBody = z
  .strictObject({
    ...workloadFields,
    paused: z
      .union([z.boolean(), z.enum(['scale-in', 'scale-out'])], {
        error: ({ input }) => `is ${shown(input)}, expected true, false, scale-in or scale-out`,
      })
      .default(true)
      .openapi({ description: 'scale-in: it grows and never shrinks' }),
    until: z.iso
      .datetime({
        offset: true,
        error: ({ input }) => `is ${shown(input)}, expected an instant such as 2026-12-01T08:00:00Z`,
      })
      .optional()
      .openapi({ description: 'It ends by itself then' }),
    reason: z.string().trim().max(200).optional(),
  })
  .openapi('Pause');

interface Bounds {
  readonly min_replicas?: number;
  readonly max_replicas?: number;
}

function overMax({ min_replicas, max_replicas }: Bounds): string {
  return `is ${min_replicas}, above max_replicas ${max_replicas}: expected min_replicas of at most max_replicas`;
}
