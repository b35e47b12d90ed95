/** A CloudEvents 1.0 event in its JSON form, as `GET /v1/events`, SSE, webhooks and the bus carry it. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  /** `/workspaces/<id>` */
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** 20 digits; rises by one per workspace without gaps. */
  readonly sequence: string;
  readonly workspaceid: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type EventListener = (event: CloudEvent) => void;

/**
 * Live delivery to every process. Events of a workspace arrive in order, perhaps more than once. What was
 * published while a process was disconnected never arrives: after a reconnect read on with `listEvents`. It carries the
 * events of what is private as well, to processes that are trusted with all of them: nothing that arrives here goes on to
 * a caller, who is shown what `listEvents` shows.
 */
export interface EventBus {
  /** In the order of the calls. Rejects within 5 seconds when the transport is away. */
  publish(event: CloudEvent): Promise<void>;
  /** Events of all workspaces, until the returned function is called. */
  subscribe(listener: EventListener): () => void;
  /** Whether events arrive at the moment. */
  connected(): boolean;
  /** Called each time the connection is back: events may have been missed. Returns how to stop. */
  onReconnect(listener: () => void): () => void;
  close(): Promise<void>;
}
