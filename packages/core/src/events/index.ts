export { eventTypes, type EventData, type EventError, type EventType } from './catalogue.ts';
export type { CloudEvent, EventBus } from './event-bus.ts';
export { eventError } from './event-error.ts';
export { latestSequence } from './latest-sequence.ts';
export { listEvents } from './list-events.ts';
export { recordEvent, type NewEvent } from './record-event.ts';
export { startRelay, type Relay } from './relay.ts';
export { formatSequence, toCloudEvent } from './to-cloud-event.ts';
export { waitUntil } from './wait-until.ts';
