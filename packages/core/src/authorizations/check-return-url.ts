import type { Context } from '../context.ts';
import { Problem } from '../errors.ts';
import { publicOrigin } from '../public-url.ts';

/** No open redirector: our own origin and those of `RETURN_URL_ORIGINS` only. [RFC 9700 §4.11] @throws Problem `validation_failed` */
export function checkReturnUrl(ctx: Context, returnUrl: string | null): void {
  if (returnUrl === null) return;
  const allowed = [publicOrigin(ctx.settings.publicUrl), ...ctx.settings.returnUrlOrigins];
  const url = URL.parse(returnUrl);
  // `blob:` URLs have the origin of the URL inside them.
  if (url !== null && /^https?:$/.test(url.protocol) && allowed.includes(url.origin)) return;
  throw new Problem('validation_failed', {
    errors: [
      {
        path: 'returnUrl',
        message: 'must be a URL on the origin of PUBLIC_URL or one of RETURN_URL_ORIGINS',
      },
    ],
  });
}
