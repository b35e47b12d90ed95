import type { Stack } from './stack.ts';

/** What somebody with all rights in the database can do: triggers and constraints by trigger do not fire. */
export async function tamper(
  stack: Stack,
  statement: string,
  values: readonly unknown[] = [],
): Promise<void> {
  const { superuser } = stack.database;
  await superuser.query('set session_replication_role = replica');
  try {
    const { rowCount } = await superuser.query(statement, [...values]);
    if (!rowCount) throw new Error(`nothing to tamper with: ${statement}`);
  } finally {
    await superuser.query('reset session_replication_role');
  }
}

/** Until everything that was committed is in the chain. */
export async function sealed(stack: Stack): Promise<void> {
  await Promise.all([stack.api.relay.idle(), stack.worker.relay.idle()]);
}
