import type { EntityManager } from '@mikro-orm/postgresql';

/** MikroORM hands the parameters of filters on to forks and into transactions; no filter of this name is needed. */
const filter = 'workspaces';

/** Ids with commas between them, `*` for all, or nothing. */
export type Reach = string;

/** What an id of a workspace looks like at most: a list of them must not turn into another one, or into `*`. */
const idPattern = /^[\w-]+$/;

/**
 * An entity manager on the same transaction, if any, whose statements see and write the rows of these workspaces only:
 * PostgreSQL holds back all others, whatever the statement says. One that comes from the ORM itself sees none.
 * @param ids what cannot be an id is left out
 */
export function withinWorkspaces(em: EntityManager, ids: readonly string[]): EntityManager {
  return reaching(em, [...new Set(ids)].filter((id) => idPattern.test(id)).join(','));
}

/** As `withinWorkspaces`, for work on all of them. Who may call it is listed in reach.test.ts, with the reason. */
export function acrossWorkspaces(em: EntityManager): EntityManager {
  return reaching(em, '*');
}

export function reachOf(em: EntityManager): Reach {
  const params: { reach: Reach } | undefined = em.getFilterParams(filter);
  return params?.reach ?? '';
}

function reaching(em: EntityManager, reach: Reach): EntityManager {
  const fork = em.fork({ keepTransactionContext: true, disableContextResolution: true });
  fork.setFilterParams(filter, { reach });
  return fork;
}
