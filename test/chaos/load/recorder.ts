import type { Answer } from '../history.ts';
import type { Answer as HttpAnswer } from '../../support/client.ts';

/** A lease as its client saw it; when it was decided, the tables know. */
interface GivenLease {
  readonly leaseId: string;
  readonly credentialId: string;
  readonly accessToken: string;
  readonly minTtlSeconds: number;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** What the clients did and were told. */
export interface Recorder {
  readonly answers: Answer[];
  readonly leases: GivenLease[];
  /** Which authorization the provider's code belongs to: fingerprint of the code to id. */
  readonly codes: Map<string, string>;
  /** Makes one call and writes down what came of it. @returns null when there was no answer */
  call(operation: string, work: () => Promise<HttpAnswer>): Promise<HttpAnswer | null>;
}

/** More than the longest wait that a client asks for. */
const timeoutMs = 20_000;

export function openRecorder(): Recorder {
  const answers: Answer[] = [];
  return {
    answers,
    leases: [],
    codes: new Map(),
    async call(operation, work) {
      const at = Date.now();
      const answer = await within(timeoutMs, work).catch(() => null);
      const code = typeof answer?.body?.code === 'string' ? (answer.body.code as string) : null;
      answers.push({ operation, at, milliseconds: Date.now() - at, status: answer?.status ?? null, code });
      return answer;
    },
  };
}

export async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  const working = work();
  working.catch(() => undefined);
  try {
    return await Promise.race([working, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
