import { openScratchDatabase } from './testing/scratch-database.ts';
import { sql } from 'kysely';
import { db } from './db/index.ts';
const d = await openScratchDatabase('queue');
const orm = await d.openAnother();
const t0 = Date.now();
try {
  await orm.em.fork().transactional(async (em) => {
    await sql`select 1`.execute(db(em));
    await d.superuser.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
    await new Promise((r) => setTimeout(r, 100));
    await sql`select 1`.execute(db(em));
  });
} catch (e) { console.log('error', (e as Error).message); }
const r = await Promise.race([orm.close().then(() => 'closed'), new Promise((r) => setTimeout(() => r('HANGS'), 3000))]);
console.log(r, Date.now() - t0);
process.exit(0);
