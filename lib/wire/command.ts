// Config → what the command function needs.
import { makeAnswerStore } from '../adapters/dynamo/answer-store.ts';
import { makeProposalStore } from '../adapters/dynamo/proposal-store.ts';
import { callerFrom } from '../app/api/caller.ts';
import type { Config } from '../config.ts';
import { type ClusterOverrides, wireCluster } from './cluster.ts';
import { wireWriters } from './writers.ts';

export function wireCommand(config: Config, overrides: ClusterOverrides = {}) {
  const { settings, clusters, log, ...parts } = wireWriters(config, overrides, 'command');
  return {
    ports: {
      ...parts,
      log,
      answers: makeAnswerStore(parts.table),
      proposals: makeProposalStore(parts.table),
      ...wireCluster(config, overrides),
    },
    settings: { ...settings, annotateOnEnable: config.ANNOTATE_ON_ENABLE },
    clusters,
    log,
    readOnly: overrides.readOnly ?? null,
    callerOf: callerFrom(config.JWT_ACCESS ?? null),
  };
}
