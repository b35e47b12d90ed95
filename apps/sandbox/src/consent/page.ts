import type { Account } from '../state/accounts.ts';

export interface ConsentPage {
  title: string;
  clientId: string;
  scopes: readonly string[];
  /** Scopes can be unticked one by one. */
  granular: boolean;
  accounts: readonly Account[];
  chosen: string;
  action: string;
}

/** The sign-in and consent page of every provider: choose an account, allow or deny. */
export function renderConsentPage(page: ConsentPage): string {
  const scopes = page.scopes.map((scope) =>
    page.granular
      ? `<li><label><input type="checkbox" name="scope" value="${escape(scope)}" checked> ${escape(scope)}</label></li>`
      : `<li>${escape(scope)}</li>`,
  );
  const accounts = page.accounts.map(
    (account) =>
      `<label class="account"><input type="radio" name="account" value="${escape(account.id)}"` +
      `${account.id === page.chosen ? ' checked' : ''}><img src="${escape(account.picture)}" alt="" width="32" height="32">` +
      `<span>${escape(account.name)}<br><small>${escape(account.email)}</small></span></label>`,
  );
  return document(
    page.title,
    `<p><b>${escape(page.clientId)}</b> asks for access to a pretend account. Nothing here is real.</p>
<form method="post" action="${escape(page.action)}">
${accounts.join('\n')}
${scopes.length === 0 ? '' : `<p>It will be able to use:</p><ul>${scopes.join('')}</ul>`}
${page.granular ? '<input type="hidden" name="granular" value="1">' : ''}
<p><button name="decision" value="allow" class="primary">Allow access</button>
<button name="decision" value="deny">Deny</button></p>
</form>`,
  );
}

/** A page that says why the provider does not go on. */
export function renderErrorPage(title: string, message: string): string {
  return document(title, `<p role="alert">${escape(message)}</p>`);
}

function document(title: string, main: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem}
.account{display:flex;gap:.75rem;align-items:center;padding:.5rem 0}img{border-radius:50%}ul{padding-left:1.2rem}
button{font:inherit;padding:.5rem 1rem;border-radius:.4rem;border:1px solid #888;cursor:pointer}
.primary{background:#4f46e5;color:#fff;border-color:#4f46e5}li{overflow-wrap:anywhere}
</style></head><body><main><h1>${escape(title)}</h1>${main}</main></body></html>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
