// What CloudFormation knows by its logical id it replaces where that changes: an upgrade would make a new one beside the old.
import { expect, it } from 'vitest';
import { synthesise } from './synthesis.ts';

/** Logical id → type, and what would be lost with it. */
const PINNED = {
  StorageTableB43FDCE7: 'AWS::DynamoDB::GlobalTable', // all history, opt-ins and floors
  GroqKeySecretFA469754: 'AWS::SecretsManager::Secret', // the key that somebody put in
  HttpApi9292168F: 'AWS::ApiGatewayV2::Api', // the address that callers have
  AnnouncementsBus691D0F72: 'AWS::Events::EventBus', // the rules that listen to it
  TickRole4D313812: 'AWS::IAM::Role', // the access entries of clusters name these three
  CommandRoleFCA9F443: 'AWS::IAM::Role',
  WatchdogRole42C06A58: 'AWS::IAM::Role',
};

it('keeps what outlives a release under the logical id that it had', () => {
  const synthesis = synthesise({ Ai4k8s: {} }, { bundles: false });
  const found = synthesis.templates.Ai4k8s?.toJSON().Resources ?? {};
  const types = Object.fromEntries(Object.keys(PINNED).map((id) => [id, found[id]?.Type]));
  synthesis.remove();
  expect(types).toEqual(PINNED);
});
