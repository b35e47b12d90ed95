import type { WireRequest } from '../wire.ts';
import { encode, encodeOnce } from './encode.ts';
import { writeJson } from './json-text.ts';
import type { Step } from './step.ts';
import type { World } from './world.ts';

function bend(path: string, how: string | null, port: number): string {
  if (how === null) return path;
  if (how === 'UPPER') return path.toUpperCase();
  if (how === 'ABSOLUTE') return `http://127.0.0.1:${port}${path}`;
  return how === '*' ? '*' : path + how;
}

/** The request that a step is now, with ids that exist now. */
export function resolve(
  step: Step,
  { pools, callers, port }: Pick<World, 'pools' | 'callers' | 'port'>,
): WireRequest {
  const { fill } = pools;
  const path = step.operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeOnce(fill(step.path[name] ?? '')),
  );
  const query = [
    ...step.query.map(([name, value]) => `${encode(fill(name))}=${encodeOnce(fill(value))}`),
    ...(step.rawQuery === '' ? [] : [fill(step.rawQuery)]),
  ];
  const own = step.headers.map(([name, value]) => [name, fill(value)] as const);
  const names = new Set(own.map(([name]) => name));
  const credentials = (callers.get(step.caller)?.headers ?? []).filter(([name]) => !names.has(name));
  const body = bodyText(step, fill);
  const typed =
    body === null || names.has('content-type') ? [] : [['content-type', 'application/json'] as const];
  return {
    method: step.method,
    target: `${bend(path, step.bend === null ? null : fill(step.bend), port)}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    headers: [...credentials, ...typed, ...own],
    body: body === null ? null : Buffer.from(body, 'utf8'),
  };
}

function bodyText({ body }: Step, fill: (text: string) => string): string | null {
  if (body === null) return null;
  return body.kind === 'bytes' ? fill(body.text) : writeJson(body, fill);
}
