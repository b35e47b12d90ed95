import { defineEntity, p } from '@mikro-orm/core';
import type { Role } from '../roles.ts';

/** A person signed in to the console. The cookie's value is stored as a keyed HMAC only. */
export const SessionEntity = defineEntity({
  name: 'Session',
  tableName: 'console_session',
  properties: {
    id: p.text().primary(),
    tokenHash: p.blob().$type<Buffer>(),
    /** Who signed in: an e-mail address or subject from the issuer, or `admin token`. */
    subject: p.text(),
    role: p.text().$type<Role>(),
    createdAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime(),
    /** Written at most once a minute. */
    lastSeenAt: p.datetime().defaultRaw('now()'),
    /** Of the sign-in. */
    clientAddress: p.text().nullable(),
    userAgent: p.text().nullable(),
  },
});
