import cookie from '@fastify/cookie';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyReply } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { publicPath } from '@latchkey/core/public-url.ts';
import type { Runtime } from '@latchkey/core/runtime.ts';
import type { Api } from './api.ts';
import type { ApiSettings } from './env.ts';
import { authenticationPlugin } from './plugins/authentication.ts';
import { authorizationPlugin } from './plugins/authorization.ts';
import { basePathPlugin, withoutBasePath } from './plugins/base-path.ts';
import { answerConnectionError } from './plugins/connection-errors.ts';
import { consoleSignInPlugin } from './plugins/console-sign-in.ts';
import { contextPlugin } from './plugins/context.ts';
import { hostHeaderPlugin } from './plugins/host-header.ts';
import { embeddersPlugin } from './plugins/embedders.ts';
import { jsonBodyPlugin } from './plugins/json-body.ts';
import { knownPathsPlugin } from './plugins/known-paths.ts';
import { lifecyclePlugin } from './plugins/lifecycle.ts';
import { metricsPlugin } from './plugins/metrics.ts';
import { openapiPlugin } from './plugins/openapi.ts';
import { problemDocument, problemJsonPlugin, toProblem } from './plugins/problem-json.ts';
import { rateLimitsPlugin } from './plugins/rate-limits.ts';
import { readinessPlugin } from './plugins/readiness.ts';
import { newRequestId, requestIdPlugin } from './plugins/request-id.ts';
import { requestLogPlugin } from './plugins/request-log.ts';
import { requestSizePlugin } from './plugins/request-size.ts';
import { runtimePlugin } from './plugins/runtime.ts';
import { securityHeaders, securityHeadersPlugin } from './plugins/security-headers.ts';
import { serverBehind, turnAwayPlugin, type Door, type TrustProxy } from './plugins/turn-away.ts';
import { unreadBodyPlugin } from './plugins/unread-body.ts';
import { webFilesPlugin } from './plugins/web-files.ts';
import { routes } from './routes/index.ts';

interface AppOptions {
  readonly runtime: Runtime;
  readonly apiSettings: ApiSettings;
}

/** The plugin tree, ready to `listen` or `inject`. Opens and closes nothing of `runtime`. */
export async function buildApp({ runtime, apiSettings }: AppOptions): Promise<Api> {
  const { publicUrl } = runtime.settings;
  const https = publicUrl.startsWith('https:');
  const basePath = publicPath(publicUrl);
  const loggerInstance: FastifyBaseLogger = runtime.log;
  const trustProxy = trustedProxies(apiSettings);
  const door: Door = { answers: () => false };
  const api: Api = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: newRequestId,
    trustProxy,
    serverFactory: serverBehind(door),
    bodyLimit: 256 * 1024,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    rewriteUrl: ({ url = '' }) => withoutBasePath(url, basePath),
    // What fails before routing, such as an address that cannot be decoded.
    frameworkErrors: (error, request, reply) => {
      const problem = toProblem(error);
      const document = problemDocument(problem, publicUrl, request.id);
      reply.headers({ ...securityHeaders('json', https, ''), 'request-id': request.id });
      sendJson(reply, problem.status, document);
    },
    clientErrorHandler: answerConnectionError(publicUrl),
  }).withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);

  // The order is the order of the hooks: what everybody gets first, then who it is, then whether they may.
  await api.register(runtimePlugin, { runtime, apiSettings });
  await api.register(lifecyclePlugin);
  await api.register(requestIdPlugin);
  await api.register(requestLogPlugin);
  await api.register(metricsPlugin);
  await api.register(securityHeadersPlugin, { https, basePath });
  await api.register(basePathPlugin, { basePath });
  await api.register(problemJsonPlugin, { publicUrl });
  await api.register(embeddersPlugin);
  await api.register(knownPathsPlugin);
  await api.register(hostHeaderPlugin);
  await api.register(unreadBodyPlugin);
  await api.register(jsonBodyPlugin);
  await api.register(requestSizePlugin);
  await api.register(cookie);
  await api.register(rateLimitsPlugin);
  await api.register(authenticationPlugin);
  await api.register(turnAwayPlugin, { door, trustProxy, publicUrl });
  await api.register(contextPlugin);
  await api.register(openapiPlugin);
  await api.register(webFilesPlugin);
  await api.register(authorizationPlugin);
  await api.register(readinessPlugin);
  await api.register(consoleSignInPlugin, { oidc: apiSettings.oidc, publicUrl });

  for (const route of routes) route(api);
  await api.ready();
  return api;
}

/** Which addresses of `X-Forwarded-For` are believed: so many from the end, or those of the named proxies. */
function trustedProxies({ trustProxy }: ApiSettings): TrustProxy {
  if (typeof trustProxy === 'number') return (_address: string, hop: number) => hop < trustProxy;
  return trustProxy === false ? false : [...trustProxy];
}

function sendJson(reply: FastifyReply, status: number, document: object): void {
  void reply.code(status).type('application/problem+json; charset=utf-8').send(JSON.stringify(document));
}
