import { sql } from 'kysely';
import { acrossWorkspaces, db, type Orm } from '../db/index.ts';
import { countJobs, type JobCounts } from '../queue-control/index.ts';

/** What each queue holds, by PostgreSQL and so the same on both transports; given up after a second. */
export async function queueJobs(orm: Orm): Promise<Readonly<Record<string, JobCounts>>> {
  return acrossWorkspaces(orm.em).transactional(async (em) => {
    await sql`set local statement_timeout = '1s'`.execute(db(em));
    return countJobs(db(em));
  });
}
