import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../endpoint.ts';

/** One HTTP exchange's connection: how an answer leaves, or fails to. */
export class Wire {
  readonly #response: ServerResponse;
  readonly #closing: AbortSignal;
  readonly #closed: Promise<void>;

  constructor(response: ServerResponse, closing: AbortSignal) {
    this.#response = response;
    this.#closing = closing;
    this.#closed = new Promise((resolve) => {
      if (response.closed) resolve();
      else response.once('close', () => resolve());
    });
  }

  /** Rejects when the sandbox closes; a client that hangs up does not shorten it, as no provider notices that. */
  async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#closing });
  }

  /** Settles when the connection is gone. */
  async closed(): Promise<void> {
    await this.#closed;
  }

  /** Ends the connection with a TCP reset where the platform can. */
  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }

  /** Sends all of it; the result says whether it was handed to a connection that still stood. */
  async send(answer: Answer, drip?: { milliseconds: number }): Promise<boolean> {
    const { headers, payload } = encode(answer);
    if (this.#response.destroyed) return false;
    this.#response.writeHead(answer.status, headers);
    if (drip) await this.#drip(payload, drip.milliseconds);
    this.#response.end(drip ? undefined : payload);
    if (!this.#response.writableFinished) await Promise.race([once(this.#response, 'finish'), this.#closed]);
    return this.#response.writableFinished;
  }

  /** Promises the full length, sends half, and cuts the connection. */
  async sendHalf(answer: Answer): Promise<void> {
    const { headers, payload } = encode(answer);
    if (this.#response.destroyed) return;
    this.#response.writeHead(answer.status, headers);
    const half = payload.subarray(0, Math.floor(payload.length / 2));
    await new Promise<void>((resolve) => {
      this.#response.write(half, () => resolve());
      void this.#closed.then(resolve);
    });
    this.#response.destroy();
  }

  async #drip(payload: Buffer, milliseconds: number): Promise<void> {
    const steps = Math.min(payload.length, 20);
    for (let step = 0; step < steps; step += 1) {
      const from = Math.floor((payload.length * step) / steps);
      const to = Math.floor((payload.length * (step + 1)) / steps);
      this.#response.write(payload.subarray(from, to));
      await this.pause(milliseconds / steps);
    }
  }
}

function encode(answer: Answer): { headers: Record<string, string>; payload: Buffer } {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  const payload = Buffer.from(text);
  const type =
    typeof answer.body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  return {
    payload,
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      ...answer.headers,
      'content-length': String(payload.length),
    },
  };
}
