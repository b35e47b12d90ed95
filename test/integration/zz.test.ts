import { it } from 'vitest';
import { startStack } from '../support/stack.ts';
it('x', async () => {
  const lines: string[] = [];
  const stack = await startStack({ onLog: (l) => lines.push(l) });
  const a = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' }, { headers: { 'idempotency-key': 'k' } });
  console.log(a.status, a.text);
  const b = await stack.admin.get('/v1/events?after=99999999999999999999');
  console.log(b.status, b.text);
  const c = await stack.admin.get('/v1/events/stream?lastEventId=99999999999999999999');
  console.log(c.status, c.text);
  console.log(lines.filter((l) => /"level":[56]0/.test(l)).join('\n').slice(0, 3000));
  console.log(JSON.stringify((await stack.admin.get('/v1/providers')).body.items.map((p: any) => [p.id, p.authMethods.map((m: any) => m.fields?.map((f: any) => f.name))])));
  await stack.close();
});
