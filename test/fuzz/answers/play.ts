import { openBrowser } from '../../support/browser.ts';
import type { Answer } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { endpointOf, type Case } from './cases.ts';
import { toRaw } from './raw-answer.ts';
import type { AnswersWorld, Lane } from './world.ts';

/** What became of a case. */
export interface Outcome {
  readonly authorization: Answer['body'];
  /** Null: there is none, or no longer. */
  readonly credentialId: string | null;
}

/** More than a call may take, and its next attempt is not waited for. */
const settleMs = 60_000;

/** Lets one thing happen at a provider that answers it strangely, and waits until it is decided. */
export async function play(world: AnswersWorld, lane: Lane, at: Case, number: number): Promise<Outcome> {
  const { admin } = world.stack;
  const { provider, id } = lane;
  provider.answerRaw(null);
  const strange = () =>
    provider.answerRaw((path, sent) =>
      path === endpointOf[at.kind] ? toRaw(at.answer, at.sending, sent, world.canaries) : null,
    );
  try {
    if (at.kind === 'validate') {
      strange();
      const fields = { apiKey: world.canaries.make('API key') };
      const { body } = await admin.post('/v1/credentials', { provider: id, fields });
      return await settled(world, body.authorization.id);
    }
    if (at.kind === 'exchange' || at.kind === 'account') {
      strange();
      return await settled(world, await consent(world, lane));
    }
    // Of its own client each time: what one client is told about its provider must not stop the next.
    await admin.put(`/v1/providers/${id}/oauth-client`, {
      clientId: `client-${number}`,
      clientSecret: world.canaries.make('custom client secret'),
    });
    const { credentialId } = await settled(world, await consent(world, lane));
    strange();
    const { body } =
      at.kind === 'refresh'
        ? await admin.post(`/v1/credentials/${credentialId}/refresh`)
        : await admin.delete(`/v1/credentials/${credentialId}?force=true`);
    return await settled(world, body.authorization.id);
  } finally {
    provider.answerRaw(null);
  }
}

/** A person connects an account. @returns the authorization */
async function consent({ stack: { admin } }: AnswersWorld, { id }: Lane): Promise<string> {
  const { body } = await admin.post('/v1/authorizations', { provider: id, confirm: false });
  await openBrowser().follow(body.authorizationUrl);
  return body.id;
}

/** It has ended, or it will be tried again and says why. */
async function settled({ stack: { admin } }: AnswersWorld, authorizationId: string): Promise<Outcome> {
  const authorization = await eventually(
    async () => {
      const { body } = await admin.get(`/v1/authorizations/${authorizationId}`);
      const waits = body.status === 'queued' && body.attempts > 0 && body.error !== null;
      return body.finishedAt !== null || waits ? body : null;
    },
    { describe: 'an authorization is decided', timeoutMs: settleMs, intervalMs: 15 },
  );
  return { authorization, credentialId: authorization.credentialId };
}
