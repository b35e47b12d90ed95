import type { IncomingHttpHeaders } from 'node:http';
import type { EndpointKind, ProviderId } from './provider-ids.ts';
import type { World } from './world.ts';

/** A request as a stand-in reads it: the body is raw, because its format is part of what is checked. */
export interface ProviderRequest {
  readonly method: string;
  /** Below the server's root, with the mount prefix, without the query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Media type in lower case without parameters. */
  readonly contentType: string | null;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string goes out as it is (HTML unless a header says otherwise), anything else as JSON. */
  readonly body: unknown;
  /** The provider's state changed as asked: a code was issued, tokens were issued, a grant was revoked. */
  readonly committed?: boolean;
}

/** How a provider words its refusals. */
export interface ErrorShapes {
  /** At the token endpoint (RFC 6749 section 5.2, with the provider's own additions). */
  oauth(error: string, description: string): Answer;
  /** At its own API. */
  api(status: number, message?: string): Answer;
}

export interface Endpoint {
  readonly provider: ProviderId;
  readonly method: 'GET' | 'POST' | 'ALL';
  /** Route below the server's root, in Fastify's notation. */
  readonly route: string;
  readonly kind: EndpointKind | ((request: ProviderRequest, world: World) => EndpointKind);
  readonly errors: ErrorShapes;
  handle(request: ProviderRequest, world: World): Answer | Promise<Answer>;
}

/** One provider: where it lives in the world, under which prefix it is mounted here, and what it answers. */
export interface StandIn {
  /** Real origin → mount prefix; the real path follows the prefix. */
  readonly origins: Readonly<Record<string, string>>;
  readonly endpoints: readonly Endpoint[];
}
