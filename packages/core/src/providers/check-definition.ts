import type { z } from 'zod';
import { placeholder, type apiKeySchema, type oauth2Schema } from './method-schema.ts';

/** Below `authMethods.<n>`. */
export interface Issue {
  readonly path: readonly string[];
  readonly message: string;
}

/** What the fields of an API key method say about each other. */
export function* checkApiKey(method: z.output<typeof apiKeySchema>): Generator<Issue> {
  const names = method.fields.map((each) => each.name);
  if (new Set(names).size !== names.length)
    yield { path: ['fields'], message: 'must not name a field twice' };
  const { url: target, headers: sent, body, accepted, rejected } = method.validate;
  for (const unknown of unknownPlaceholders([target, ...Object.values(sent), body ?? ''], names)) {
    yield { path: ['validate'], message: `uses {{${unknown}}}, which is not a field` };
  }
  for (const { name } of method.fields.filter(({ secret }) => secret)) {
    if (target.includes(`{{${name}}}`))
      yield {
        path: ['validate', 'url'],
        message: `holds {{${name}}}, which is secret: a header or the body carries it`,
      };
  }
  const leading = /^\{\{(\w+)\}\}/.exec(target)?.[1];
  if (leading !== undefined && !method.fields.some((each) => each.name === leading && each.kind === 'url')) {
    yield {
      path: ['validate', 'url'],
      message: `begins with {{${leading}}}, which is not a field of kind "url"`,
    };
  }
  if (accepted.some((each) => rejected.includes(each))) {
    yield { path: ['validate', 'rejected'], message: 'must not name a status that is accepted' };
  }
}

/** The takeover of a dead worker's refresh must be faster than any grace that is counted on. */
const leastGraceSeconds = 60;

/** What the fields of an OAuth method say about each other. */
export function* checkOAuth2(method: z.output<typeof oauth2Schema>): Generator<Issue> {
  const names = method.clientParams.map((each) => each.name);
  const urls = [method.authorizationEndpoint, method.tokenEndpoint, method.revocationEndpoint ?? ''];
  for (const unknown of unknownPlaceholders(urls, names)) {
    yield { path: [], message: `uses {{${unknown}}}, which is not one of clientParams` };
  }
  if ((method.refresh.rotation === 'grace') !== (method.refresh.graceSeconds !== null)) {
    yield {
      path: ['refresh', 'graceSeconds'],
      message: 'must be given with the rotation "grace", and only with it',
    };
  }
  if (method.refresh.graceSeconds !== null && method.refresh.graceSeconds < leastGraceSeconds) {
    yield {
      path: ['refresh', 'graceSeconds'],
      message: `must be at least ${leastGraceSeconds}: a refresh whose worker died is taken over after up to 35 seconds. Say "strict" instead`,
    };
  }
  if (method.issRequired && method.issuer === null) {
    yield { path: ['issuer'], message: 'must be given when issRequired is true' };
  }
  if (method.scopesNotReturned.some((scope) => !method.scopes.includes(scope))) {
    yield { path: ['scopesNotReturned'], message: 'must be among the scopes' };
  }
}

function unknownPlaceholders(templates: readonly string[], known: readonly string[]): string[] {
  const used = templates.flatMap((template) =>
    [...template.matchAll(placeholder)].map((match) => match[1] ?? ''),
  );
  return [...new Set(used)].filter((each) => !known.includes(each));
}
