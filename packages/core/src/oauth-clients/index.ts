export { describeOAuthClient, type OAuthClientDescription } from './describe-oauth-client.ts';
export { flagOAuthClient } from './flag-oauth-client.ts';
export { getOAuthClient } from './get-oauth-client.ts';
export { redirectUri } from './redirect-uri.ts';
export { removeOAuthClient } from './remove-oauth-client.ts';
export { recallOAuthClient, resolveOAuthClient, type IssuedTo } from './resolve-oauth-client.ts';
export { setOAuthClient, type SetOAuthClientInput } from './set-oauth-client.ts';
export { unflagOAuthClient } from './unflag-oauth-client.ts';
