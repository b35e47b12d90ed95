import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ProviderRequest } from '../endpoint.ts';

const paramsSchema = z.record(z.string(), z.string());

export function readRequest(request: FastifyRequest): ProviderRequest {
  const [path = '/', query = ''] = request.url.split(/\?(.*)/s);
  return {
    method: request.method,
    path,
    params: paramsSchema.parse(request.params ?? {}),
    query: new URLSearchParams(query),
    headers: request.headers,
    contentType: request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? null,
    body: Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '',
  };
}
