import { defineEntity, p } from '@mikro-orm/core';

export const connectModes = ['popup', 'redirect', 'iframe'] as const;
export type ConnectMode = (typeof connectModes)[number];

export const connectThemes = ['light', 'dark', 'system'] as const;
export type ConnectTheme = (typeof connectThemes)[number];

/** The right of one person to make one connection on the hosted page. The token is stored as a keyed HMAC only. */
export const ConnectSessionEntity = defineEntity({
  name: 'ConnectSession',
  tableName: 'connect_session',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text(),
    tokenHash: p.blob().$type<Buffer>(),
    /** The name of the token or person that made it. */
    requestedBy: p.text(),
    /** The service token that made it, with which it ends; null: none did. */
    serviceTokenId: p.text().nullable(),
    /** The subject of the person who made it, as whom the page acts; null: nobody's. */
    owner: p.text().nullable(),
    /** What may be connected; null: every provider. */
    providers: p.text().$type<string[]>().columnType('text[]').nullable(),
    /** The one credential that may be connected again. */
    credentialId: p.text().nullable(),
    mode: p.text().$type<ConnectMode>(),
    returnUrl: p.text().nullable(),
    /** Whose pages may frame the connect page and are told how it goes. */
    allowedOrigins: p.text().$type<string[]>().columnType('text[]'),
    /** The caller's own, handed back as it came. */
    state: p.text().nullable(),
    /** S256 of the verifier with which the caller lets a consent count [RFC 7636 §4.2]; null: consents count at once. */
    codeChallenge: p.text().nullable(),
    locale: p.text().nullable(),
    theme: p.text().$type<ConnectTheme>(),
    /** `#rrggbb` */
    accent: p.text().nullable(),
    /** Its attempts, in order. It follows and cancels these and no others. */
    authorizationIds: p.text().$type<string[]>().columnType('text[]'),
    createdAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime(),
    closedAt: p.datetime().nullable(),
  },
});
