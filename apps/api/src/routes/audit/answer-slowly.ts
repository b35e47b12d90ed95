import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

/** Sooner than proxies and clients give up on a silent connection. */
const defaultPatienceMs = 10_000;

/**
 * A JSON answer that may take minutes. White space, which JSON may begin with (RFC 8259 section 2), keeps the connection
 * from being taken for dead. What fails after the first of it cuts the answer off, since its status has been sent.
 */
export async function answerSlowly<T extends object>(
  reply: FastifyReply,
  answer: Promise<T>,
  patienceMs = defaultPatienceMs,
): Promise<T> {
  const early = await within(patienceMs, answer);
  if (early !== null) return early;
  // The route returns the reply, as Fastify wants it for a stream; what it sends is a T.
  return reply
    .type('application/json; charset=utf-8')
    .send(Readable.from(spacesUntil(answer, patienceMs))) as unknown as T;
}

async function* spacesUntil(answer: Promise<object>, patienceMs: number): AsyncGenerator<string> {
  for (;;) {
    yield ' ';
    const ready = await within(patienceMs, answer);
    if (ready !== null) {
      yield JSON.stringify(ready);
      return;
    }
  }
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T | null> {
  const timer = new AbortController();
  try {
    return await Promise.race([answer, delay(ms, null, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
