import type { EntityManager } from '@mikro-orm/postgresql';
import { databaseTime } from '../db/database-time.ts';
import { Problem } from '../errors.ts';
import { fieldError } from '../field-rules.ts';

/** By PostgreSQL's clock. @throws Problem `validation_failed` when `expiresAt` is over already */
export async function requireFuture(em: EntityManager, expiresAt: Date | null): Promise<void> {
  if (expiresAt === null || expiresAt > (await databaseTime(em))) return;
  throw new Problem('validation_failed', {
    errors: [fieldError('expiresAt', 'future')],
  });
}
