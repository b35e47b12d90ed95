import { Failure } from '../errors.ts';
import type { GuardedFetch, OutboundRequest, OutboundResponse } from '../outbound/index.ts';
import {
  fillHeaders,
  fillJson,
  fillUrl,
  overrideUrl,
  readAccount,
  TemplateError,
  type Account,
  type ApiKeyMethod,
  type NoticeCode,
  type Provider,
} from '../providers/index.ts';
import { accountWithout } from './account-without.ts';
import { classifyOutboundError, classifyStatus, failureDetail } from './classify-failure.ts';
import { cleanProviderText } from './provider-text.ts';
import { readJsonObject } from './read-json.ts';
import { readRetryAfter } from './retry-after.ts';

export type KeyCheck =
  | { readonly outcome: 'accepted'; readonly account: Account | null; readonly notice: NoticeCode | null }
  | { readonly outcome: 'rejected'; readonly detail: string }
  /** The provider did not say whether the key is good. */
  | { readonly outcome: 'undecided'; readonly failure: Failure };

type Fields = Readonly<Record<string, string>>;

/** Asks the provider's cheapest endpoint that needs the key. Never throws for what a provider does. */
export async function checkKey(
  fetch: GuardedFetch,
  provider: Provider,
  method: ApiKeyMethod,
  fields: Fields,
  signal?: AbortSignal,
): Promise<KeyCheck> {
  try {
    const request = keyRequest(provider, method, fields);
    // An address that a user typed may be anywhere in public; the others are bound to the provider's hosts.
    const hosts = method.validate.url.startsWith('{{') ? 'any_public' : provider.allowedHosts;
    return readKeyAnswer(method, fields, await fetch(request, hosts, signal));
  } catch (error) {
    if (error instanceof TemplateError)
      return { outcome: 'rejected', detail: `${error.field} ${error.message}.` };
    return { outcome: 'undecided', failure: classifyOutboundError(error).failure };
  }
}

function keyRequest(provider: Provider, { validate }: ApiKeyMethod, fields: Fields): OutboundRequest {
  const request = {
    method: validate.method,
    url: overrideUrl(fillUrl(validate.url, fields), provider.endpointOverrides),
    headers: fillHeaders(validate.headers, fields),
  };
  return validate.body === null ? request : { ...request, body: fillJson(validate.body, fields) };
}

/** Pure: what an answer says about the key. */
export function readKeyAnswer(method: ApiKeyMethod, fields: Fields, answer: OutboundResponse): KeyCheck {
  const { accepted, rejected, account } = method.validate;
  const body = readJsonObject(answer.text);
  const secrets = method.fields.filter(({ secret }) => secret).map(({ name }) => fields[name] ?? '');
  if (accepted.includes(answer.status)) {
    if (body === null && needsJson(method)) return undecided('provider_response_invalid', 'without JSON');
    const verdict = body !== null && method.readAnswer ? method.readAnswer(body) : accept;
    if (verdict === null) return undecided('provider_response_invalid', 'that is not one of this provider');
    if (verdict.outcome === 'rejected') return verdict;
    return { ...verdict, account: accountWithout(readAccount(body, account), secrets) };
  }
  const said = failureDetail(`status ${answer.status}`, body ?? {}, secrets);
  if (rejected.includes(answer.status)) {
    const hints = method.fields.map((field) => shapeHint(field, fields[field.name] ?? ''));
    const sentences = [`The provider rejected this key: ${said}.`, ...hints.filter((hint) => hint !== null)];
    return { outcome: 'rejected', detail: sentences.join(' ') };
  }
  const failure = classifyStatus(answer);
  if (failure !== null) return { outcome: 'undecided', failure };
  if (answer.status === 402) {
    const retryAfterSeconds = readRetryAfter(answer.headers);
    return { outcome: 'undecided', failure: new Failure('key_out_of_credit', { retryAfterSeconds }) };
  }
  return undecided('provider_response_invalid', said);
}

const accept = { outcome: 'accepted', notice: null } as const;

/** An HTML page with status 200 is a login page or a proxy, not an answer. */
function needsJson(method: ApiKeyMethod): boolean {
  const { id, name } = method.validate.account;
  return method.readAnswer !== undefined || id !== null || name !== null;
}

function undecided(code: 'provider_response_invalid', said: string): KeyCheck {
  return {
    outcome: 'undecided',
    failure: new Failure(code, { detail: `The provider sent an answer ${said}.` }),
  };
}

function shapeHint(field: ApiKeyMethod['fields'][number], value: string): string | null {
  if (field.warnPattern === null || new RegExp(field.warnPattern).test(value)) return null;
  return cleanProviderText(`${field.label}: most values look different (${field.warnPattern}).`);
}
