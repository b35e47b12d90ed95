import { describe, expect, test } from 'vitest';
import { markup, trusted } from './markup.ts';

describe('markup', () => {
  test('a value cannot end the element or the attribute it stands in', () => {
    const name = `"><script>alert('1')</script>&`;
    expect(markup`<p title="${name}">${name}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</p>',
    );
  });

  test('markup in markup is not escaped again, and lists are joined', () => {
    expect(markup`<ul>${['a', '<b>'].map((text) => markup`<li>${text}</li>`)}</ul>`.text).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>',
    );
  });

  test('null is nothing, zero is zero', () => {
    expect(markup`[${null}${0}]`.text).toBe('[0]');
  });

  test('text of our own stays as it is', () => {
    expect(markup`<script>${trusted('if (a < b) go();')}</script>`.text).toBe(
      '<script>if (a < b) go();</script>',
    );
  });
});
