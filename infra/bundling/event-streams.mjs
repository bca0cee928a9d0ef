// Streams of events, which S3, Transcribe and their like have: no service that is asked here. Loaded by the SDK where one comes.

export class EventStreamSerde {
  constructor() {
    throw new Error('this bundle has no event streams: see infra/bundling/event-streams.mjs');
  }
}
