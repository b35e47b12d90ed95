import { expect, test } from 'vitest';
import { fillShell } from './web-shell.ts';

test('nothing in the data of a page can end its element, whatever it holds', () => {
  const data = { name: '</script><script>alert(1)</script><!--', money: "$& $1 $'" };
  const html = fillShell(
    '<base href="__BASE__"><script id="page-data">\n  __PAGE_DATA__\n</script><b nonce="__NONCE__">',
    {
      nonce: 'n0nce',
      base: '/tools/latchkey/',
      data,
    },
  );
  expect(html.match(/<\/script>/g)).toHaveLength(1);
  expect(html).not.toContain('<!--');
  expect(html).toContain('<b nonce="n0nce">');
  expect(html).toContain('<base href="/tools/latchkey/">');
  const json = /<script id="page-data">(.*)<\/script>/s.exec(html)?.[1] ?? '';
  expect(JSON.parse(json)).toEqual(data);
});
