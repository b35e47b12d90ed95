export { authenticateToken, authenticationCacheSeconds, type Authenticated } from './authenticate-token.ts';
export { createServiceToken, type ServiceToken } from './create-service-token.ts';
export { listServiceTokens } from './list-service-tokens.ts';
export { revokeServiceToken } from './revoke-service-token.ts';
