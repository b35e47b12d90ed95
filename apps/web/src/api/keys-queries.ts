import { queryOptions } from '@tanstack/react-query';
import { listKeyJobs, listRootKeys } from './keys.ts';

/** Processes come and go without an event. */
const processesMs = 10_000;
/** Their events belong to the workspace of the instance: from another one a job that runs is asked about. */
const runningMs = 2_000;

export const rootKeysQuery = queryOptions({
  queryKey: ['root-keys'],
  queryFn: ({ signal }) => listRootKeys(signal),
  refetchInterval: processesMs,
});

export const keyJobsQuery = queryOptions({
  queryKey: ['key-jobs'],
  queryFn: ({ signal }) => listKeyJobs(signal),
  refetchInterval: ({ state: { data } }) =>
    data?.items.some(({ status }) => status === 'running') === true ? runningMs : false,
});
