import { describeFailure, Failure } from '../errors.ts';
import type { OutboundResponse } from '../outbound/index.ts';
import { tidyAccount, type OAuth2Method } from '../providers/index.ts';
import { Secret } from '../secret.ts';
import { accountWithout } from './account-without.ts';
import { classifyOutboundError } from './classify-failure.ts';
import type { TokenGrant } from './oauth2.ts';
import { readScopes } from './read-scopes.ts';
import { TokenRequestError } from './token-request-error.ts';

/** @throws TokenRequestError `not_sent` or `unknown` if no complete answer came */
export async function reportUnanswered(request: Promise<OutboundResponse>): Promise<OutboundResponse> {
  try {
    return await request;
  } catch (error) {
    const { sent, failure, gaveUp } = classifyOutboundError(error);
    throw new TokenRequestError(sent, failure, { gaveUp });
  }
}

/** The library's verdict on an answer in standard form. @throws TokenRequestError `unknown`: tokens may exist */
export async function reportMalformed<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch {
    // Its errors carry the answer, tokens included.
    const detail = describeFailure('provider_response_invalid').message;
    throw new TokenRequestError('unknown', new Failure('provider_response_invalid', { detail }));
  }
}

interface StandardAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly refresh_token?: string | undefined;
  readonly expires_in?: number | undefined;
  readonly scope?: string | undefined;
}

export function toGrant(
  method: OAuth2Method,
  answer: StandardAnswer,
  raw: Readonly<Record<string, unknown>>,
  scopesIfUnsaid: readonly string[],
): TokenGrant {
  return {
    accessToken: new Secret(answer.access_token),
    refreshToken: answer.refresh_token === undefined ? null : new Secret(answer.refresh_token),
    tokenType: answer.token_type === 'bearer' ? 'Bearer' : answer.token_type,
    expiresInSeconds: answer.expires_in ?? null,
    scopes: readScopes(method, answer.scope) ?? [...scopesIfUnsaid],
    account: accountWithout(tidyAccount(method.readAccount?.(raw) ?? null), [
      answer.access_token,
      answer.refresh_token ?? '',
    ]),
  };
}
