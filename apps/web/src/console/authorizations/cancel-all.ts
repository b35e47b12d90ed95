import {
  cancelAuthorization,
  cancelAuthorizations,
  getAuthorization,
  type CancelFilter,
} from '../../api/authorizations.ts';
import { ApiError } from '../../api/call.ts';

/** What is to be cancelled: these, or all that match. */
export type CancelTarget = { readonly ids: readonly string[] } | { readonly filter: CancelFilter };

export interface Cancelled {
  readonly cancelled: number;
  /** Had begun or ended meanwhile. */
  readonly skipped: number;
}

/** How many would be cancelled. */
export async function countTarget(target: CancelTarget): Promise<number> {
  return 'ids' in target ? target.ids.length : (await cancelAuthorizations(target.filter, true)).matched;
}

/** Cancels all of them. What somebody else has cancelled meanwhile counts as cancelled: asking twice does no harm. */
export async function cancelTarget(target: CancelTarget): Promise<Cancelled> {
  return 'ids' in target ? cancelThese(target.ids) : cancelMatching(target.filter);
}

async function cancelThese(ids: readonly string[]): Promise<Cancelled> {
  let cancelled = 0;
  for (const id of ids) if (await isCancelledNow(id)) cancelled += 1;
  return { cancelled, skipped: ids.length - cancelled };
}

async function isCancelledNow(id: string): Promise<boolean> {
  try {
    await cancelAuthorization(id);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem.code !== 'authorization_not_cancellable') throw error;
    return (await getAuthorization(id, 0)).status === 'cancelled';
  }
}

async function cancelMatching(filter: CancelFilter): Promise<Cancelled> {
  let cancelled = 0;
  for (;;) {
    const answer = await cancelAuthorizations(filter, false);
    cancelled += answer.cancelled;
    // The API cancels a limited number per call.
    if (answer.cancelled === 0 || answer.cancelled >= answer.matched) return { cancelled, skipped: 0 };
  }
}
