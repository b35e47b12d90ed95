export { answerPlace } from './answer-place.ts';
export { migrate } from './migrate.ts';
export { requireSchema } from './require-schema.ts';
export { warnWithoutPolicies } from './warn-without-policies.ts';
export { databaseTime } from './database-time.ts';
export { isDatabaseAway, violatedConstraint } from './postgres-error.ts';
export { db, openOrm, type Db, type Orm } from './orm.ts';
export { type Page } from './page.ts';
export { acrossWorkspaces, withinWorkspaces } from './reach.ts';
