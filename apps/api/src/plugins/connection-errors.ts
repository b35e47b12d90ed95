import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, type ProblemCode } from '@latchkey/core/errors.ts';
import { problemDocument } from './problem-json.ts';
import { newRequestId } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';

const codes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** The answer that Node is giving on a connection. It has no other name for it, and its own handler of these errors asks the same. */
function answerOn(socket: Socket & { readonly _httpMessage?: ServerResponse | null }): ServerResponse | null {
  // oxlint-disable-next-line no-underscore-dangle
  return socket._httpMessage ?? null;
}

/**
 * Answers what cannot be read as a request at all, so that no hook and no route ever sees it, in the format of every
 * other error, and closes the connection: where the next request would begin is not known.
 */
export function answerConnectionError(publicUrl: string) {
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const answer = answerOn(socket);
    // What was read to its end gets its own answer: this one would be taken for it.
    if (answer?.req.complete === true && socket.writable) {
      answer.once('close', () => socket.destroySoon());
      return;
    }
    // Part of an answer is out: a second one would end up in its body.
    if (!socket.writable || answer?.headersSent === true) {
      socket.destroy(error);
      return;
    }
    const requestId = newRequestId();
    const problem = new Problem(codes[error.code ?? ''] ?? 'bad_request');
    const body = JSON.stringify(problemDocument(problem, publicUrl, requestId));
    const headers = {
      ...securityHeaders('json', publicUrl.startsWith('https:'), ''),
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'request-id': requestId,
      connection: 'close',
    };
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const statusLine = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`;
    socket.end([statusLine, ...head, '', body].join('\r\n'));
  };
}
