import type { ServerResponse } from 'node:http';
import type { Answer, Endpoint, ProviderRequest } from '../endpoint.ts';
import { effectOf } from '../faults/effects.ts';
import type { FaultContext } from '../faults/effects.ts';
import type { Fault } from '../faults/fault.ts';
import type { LogEntry } from '../log/log-entry.ts';
import { clientIdOf, errorOf, issuedBy, presentedBy } from '../log/observe.ts';
import type { World } from '../world.ts';
import { clientAuthenticationOf } from './credentials.ts';
import { Wire } from './wire.ts';

/** Runs one request through log, faults and stand-in. Never rejects: what fails ends the connection. */
export async function runExchange(
  world: World,
  endpoint: Endpoint,
  request: ProviderRequest,
  response: ServerResponse,
): Promise<void> {
  const kind = typeof endpoint.kind === 'function' ? endpoint.kind(request, world) : endpoint.kind;
  const presented = presentedBy(request, kind);
  const grantId = world.grantIndex.find(presented?.fingerprint);
  const entry = world.log.arrive({
    provider: endpoint.provider,
    endpoint: kind,
    method: request.method,
    route: endpoint.route,
    clientId: clientIdOf(request),
    grantId,
    clientAuthentication: clientAuthenticationOf(request),
    contentType: request.contentType,
    presented,
  });
  const faults = world.faults.take({ provider: endpoint.provider, endpoint: kind, grantId });
  entry.faults = faults.map(({ fault }) => fault);
  const context = { endpoint, request, wire: new Wire(response, world.closing) };
  try {
    await answerWith(world, context, faults, entry);
  } catch {
    // Closing cuts pauses short; a half-done request must not hang on.
    response.destroy();
  } finally {
    world.log.end(entry);
  }
}

async function answerWith(
  world: World,
  context: FaultContext,
  faults: Fault[],
  entry: LogEntry,
): Promise<void> {
  for (const fault of faults) {
    if ((await effectOf(fault).before?.(fault, context)) === 'stop') return;
  }
  const answer = faults.reduce(
    (current, fault) => effectOf(fault).alter?.(fault, current) ?? current,
    await decide(world, context, faults, entry),
  );
  for (const fault of faults) {
    if ((await effectOf(fault).after?.(fault, context)) === 'stop') return;
  }
  const sender = faults.find((fault) => effectOf(fault).send);
  entry.status = answer.status;
  entry.error = errorOf(answer);
  entry.delivered = sender
    ? ((await effectOf(sender).send?.(sender, answer, context)) ?? false)
    : await context.wire.send(answer);
  if (entry.delivered) entry.answeredAt = new Date().toISOString();
}

async function decide(
  world: World,
  context: FaultContext,
  faults: Fault[],
  entry: LogEntry,
): Promise<Answer> {
  const lie = faults.find((fault) => effectOf(fault).instead);
  const acts = lie === undefined || ('committed' in lie && lie.committed);
  const honest = acts ? await context.endpoint.handle(context.request, world) : undefined;
  if (honest) record(world, entry, honest);
  return (lie && effectOf(lie).instead?.(lie, context)) ?? honest ?? { status: 500, body: 'nothing to say' };
}

function record(world: World, entry: LogEntry, answer: Answer): void {
  entry.issued = issuedBy(answer);
  entry.grantId ??= world.grantIndex.find(entry.issued?.code ?? entry.issued?.accessToken ?? undefined);
  entry.committed = answer.committed ?? false;
  if (entry.committed) entry.committedAt = new Date().toISOString();
}
