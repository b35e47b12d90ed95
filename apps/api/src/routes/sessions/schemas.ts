import { roles } from '@latchkey/core/roles.ts';
import type { listSessions } from '@latchkey/core/sessions';
import { z } from 'zod';
import { line, listOf, time, toTime } from '../schemas.ts';

export const signedInSchema = z
  .object({
    id: z.string(),
    subject: z.string().describe('The person.'),
    role: z.enum(roles),
    createdAt: time,
    lastSeenAt: time.describe('To a minute.'),
    expiresAt: time.describe('At the latest; a session that is not used ends before.'),
    clientAddress: z.string().nullable().describe('Of the sign-in.'),
    userAgent: z.string().nullable(),
    current: z.boolean().describe('It is the one that asks.'),
  })
  .meta({ id: 'SignedIn', description: 'A person who is signed in to the console in one browser.' });

export const signedInList = listOf(signedInSchema);

export const endQuery = z.object({
  subject: line
    .max(300)
    .optional()
    .describe('Whose; the person’s own when absent. Those of others need an administrator of the instance.'),
});

type Listed = Awaited<ReturnType<typeof listSessions>>['items'][number];

export function signedInBody(session: Listed): z.output<typeof signedInSchema> {
  return {
    id: session.id,
    subject: session.subject,
    role: session.role,
    createdAt: toTime(session.createdAt),
    lastSeenAt: toTime(session.lastSeenAt),
    expiresAt: toTime(session.expiresAt),
    clientAddress: session.clientAddress,
    userAgent: session.userAgent,
    current: session.current,
  };
}
