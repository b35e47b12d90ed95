import activity from './en/activity.json';
import audit from './en/audit.json';
import authorizations from './en/authorizations.json';
import common from './en/common.json';
import credential from './en/credential.json';
import dataSources from './en/data-sources.json';
import failures from '@latchkey/texts/en/failures.json';
import jobs from './en/jobs.json';
import keys from './en/keys.json';
import oauthClients from './en/oauth-clients.json';
import overview from './en/overview.json';
import palette from './en/palette.json';
import people from './en/people.json';
import serviceTokens from './en/service-tokens.json';

/** The texts of the console that every other language is held against. An area is a file. */
export const english = {
  activity,
  audit,
  authorizations,
  common,
  credential,
  'data-sources': dataSources,
  failures,
  jobs,
  keys,
  'oauth-clients': oauthClients,
  overview,
  palette,
  people,
  'service-tokens': serviceTokens,
} as const;
