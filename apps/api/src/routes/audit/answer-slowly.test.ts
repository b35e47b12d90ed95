import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { answerSlowly } from './answer-slowly.ts';

const server = () => {
  const app = Fastify();
  open.push(app);
  return app;
};
const open: ReturnType<typeof Fastify>[] = [];

afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

describe('an answer that takes long', () => {
  it('is sent as any other when it comes soon', async () => {
    const app = server();
    app.get('/', (_request, reply) => answerSlowly(reply, Promise.resolve({ a: 1 }), 10_000));
    const answer = await app.inject('/');
    expect([answer.body, answer.headers['content-length']]).toEqual(['{"a":1}', '7']);
  });

  it('keeps the connection alive with white space, and is JSON all the same', async () => {
    const app = server();
    const { promise, resolve } = Promise.withResolvers<object>();
    app.get('/', (_request, reply) => answerSlowly(reply, promise, 5));
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const response = await fetch(url);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toMatch(/^ +$/);
    resolve({ a: 1 });
    let text = '';
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
      text += new TextDecoder().decode(part.value);
    expect(JSON.parse(text)).toEqual({ a: 1 });
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  it('that fails is an error when it comes soon, and cut off when it was begun', async () => {
    const app = server();
    app.get('/soon', (_request, reply) => answerSlowly(reply, Promise.reject(new Error('broken')), 10_000));
    const { promise, reject } = Promise.withResolvers<object>();
    app.get('/late', (_request, reply) => answerSlowly(reply, promise, 5));
    expect((await app.inject('/soon')).statusCode).toBe(500);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const response = await fetch(`${url}/late`);
    reject(new Error('broken'));
    await expect(response.text()).rejects.toThrow();
  });
});
