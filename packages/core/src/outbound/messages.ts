export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface OutboundResponse {
  readonly status: number;
  /** Names in any case; a header that was sent several times is joined by a comma. */
  readonly headers: { get(name: string): string | null };
  readonly text: string;
}
