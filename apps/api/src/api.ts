import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuditAction } from '@latchkey/core/audit';
import type { FoundConnectSession } from '@latchkey/core/connect-sessions';
import type { Context } from '@latchkey/core/context.ts';
import type { Permission } from '@latchkey/core/roles.ts';
import type { Runtime } from '@latchkey/core/runtime.ts';
import type { ApiSettings } from './env.ts';
import type { PageFrame } from './pages/document.ts';
import type { Identity } from './plugins/workspace-choice.ts';
import type { ConsoleSignIn } from './plugins/console-sign-in.ts';
import type { HeaderClass } from './plugins/security-headers.ts';
import type { RouteLimit } from './rate-limits/limit-classes.ts';

/** The server as routes see it: schemas are zod, types follow from them. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A route registers itself; `routes/index.ts` lists them all. */
export type Route = (api: Api) => void;

/** What a route declares of who may call it: those whose role permits it, everybody, or the page of a connect session. */
export type RoutePermission = Permission | 'public' | 'connect_session';

/** What a request is about besides its own schema. */
export type ApiRequest = FastifyRequest;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call it. A route without one stops the boot. */
    permission?: RoutePermission;
    /** What the call leaves in the audit trail when it succeeds; null for reads. */
    audit?: AuditAction | null;
    /** Which limits it counts against. A route without one stops the boot. */
    limit?: RouteLimit;
    /** Also `?workspace=` chooses the workspace: an EventSource cannot send `X-Workspace`. */
    workspaceInQuery?: boolean;
    /** Which row of the header matrix applies; `json` when absent. */
    headers?: HeaderClass;
  }

  interface FastifyInstance {
    runtime: Runtime;
    apiSettings: ApiSettings;
    /** Aborted when the server starts to shut down: streams and long polls end. */
    closing: AbortSignal;
    /** Null when no issuer is configured. */
    consoleSignIn: ConsoleSignIn | null;
  }

  interface FastifyRequest {
    /** Who calls. Null on public routes. */
    identity: Identity | null;
    /** Whose page calls, on its routes. */
    connectSession: FoundConnectSession | null;
    /** The use cases' context. @throws on public routes: they use `publicContext` */
    ctx: Context;
    /** What a page in this response needs to know of it. */
    frame: PageFrame;
  }
}
