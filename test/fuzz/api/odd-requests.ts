import fc from 'fast-check';
import { hostileText } from './hostile.ts';

/** Bodies that are no JSON, or none that anybody asked for. */
export const brokenBodies = fc.constantFrom(
  '',
  ' ',
  '{',
  '{"provider":"sandbox"',
  '{"provider":"sandbox",}',
  "{'provider':'sandbox'}",
  'provider=sandbox',
  '[]',
  'null',
  '"text"',
  '0',
  '\u0000',
  '\ufeff{"provider":"sandbox"}',
  '{"provider":"\u0000"}',
  '{"provider":"\\ud800"}',
  '{"provider":"sandbox"}{"provider":"sandbox"}',
  '⟦deep/100000⟧',
  '⟦long/300000⟧',
  '{"a":⟦deep/50000⟧}',
);

/** Headers that mean something to somebody, with values that they should not have. */
export const extraHeaders = fc.oneof(
  fc.constantFrom('one', 'two', 'three').map((key) => ['idempotency-key', key] as const),
  hostileText.map((key) => ['idempotency-key', key] as const),
  fc.constantFrom('⟦workspace/0⟧', '⟦workspace/1⟧', 'ws_nobodys').map((id) => ['x-workspace', id] as const),
  hostileText.map((text) => ['x-workspace', text] as const),
  fc
    .constantFrom(
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
      'application/JSON',
      'application/json, text/plain',
      'application/vnd.api+json',
      '',
      'x',
    )
    .map((type) => ['content-type', type] as const),
  fc.constantFrom('gzip', 'br', 'x').map((coding) => ['content-encoding', coding] as const),
  fc.constantFrom('text/html', '*/*', 'image/png', '').map((type) => ['accept', type] as const),
  hostileText.map((text) => ['last-event-id', text] as const),
  hostileText.map(
    (text) => ['cookie', `latchkey_session=${text}; latchkey_browser=${text}.${text}`] as const,
  ),
  fc.constantFrom('https://evil.test', 'null', '').map((origin) => ['origin', origin] as const),
  fc.constantFrom('cross-site', 'same-origin', 'x').map((site) => ['sec-fetch-site', site] as const),
  fc.constantFrom('prefetch', 'x').map((purpose) => ['sec-purpose', purpose] as const),
  fc
    .constantFrom('Bearer ', 'Basic ⟦secret-in-base64/0⟧', 'Bearer lk_⟦secret-in-base64/1⟧')
    .map((value) => ['authorization', value] as const),
  fc.constantFrom('DELETE', 'PUT').map((method) => ['x-http-method-override', method] as const),
  fc.constantFrom('evil.test', '127.0.0.1, 10.0.0.1').map((value) => ['x-forwarded-for', value] as const),
  fc.constantFrom('evil.test', 'localhost:1', '').map((host) => ['host', host] as const),
  fc.constantFrom('identity', 'chunked, chunked').map((coding) => ['transfer-encoding', coding] as const),
  fc.constant(['expect', '100-continue'] as const),
  fc.constant(['x-long', '⟦long/20000⟧'] as const),
  fc.tuple(fc.constantFrom('x-fuzz', 'user-agent', 'referer', 'range', 'upgrade'), hostileText),
);

/** What is done to a path. */
export const bends = [
  '/',
  '//',
  '/.',
  '/..',
  '/%2e%2e',
  '/%2E%2E/%2E%2E/livez',
  ';x=1',
  '%00',
  '%2f',
  '%zz',
  '%',
  '\\..\\..',
  '#x',
  '%0d%0ax-fz-split:%201',
  '/⟦long/400⟧',
  '⟦long/20000⟧',
  'UPPER',
  'ABSOLUTE',
  '*',
];

export const rawQueries = [
  '%',
  '%zz=1',
  '&&&',
  '=',
  '?x',
  'limit=1&limit=2',
  'limit[]=1',
  'limit[$gt]=1',
  '__proto__=1',
  '__proto__[x]=1',
  'constructor=1',
  'limit=%00',
  'wait=%F0%9F',
  'workspace=%00',
  'a=⟦long/9000⟧',
  'wait=0&wait=60',
];

export const oddMethods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'CONNECT',
  'get',
  'FUZZ',
];
