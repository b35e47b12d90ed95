import type { FailureCode } from '../errors.ts';

/** Help for people. The numbers are no contract (reference-error-codes), so nothing is decided by them here. */
const hints: Readonly<Record<number, string>> = {
  50011: 'The redirect URI is not registered for this app in Entra.',
  50076: 'The organization asks for multi-factor authentication. Connect the account again.',
  50079: 'The organization asks to set up multi-factor authentication. Connect the account again.',
  50173: 'The password was changed or the sessions were revoked. Connect the account again.',
  50194: 'This app is for one organization only. Set its directory id as the tenant.',
  50196: 'Microsoft sees too many identical requests in a row.',
  53003: 'A conditional access policy of the organization blocks this app. Ask your administrator.',
  65001: 'The organization has not consented to this app. Ask your administrator to approve it.',
  70008: 'The authorization expired. Connect the account again.',
  90094: 'An administrator has to approve this app. Ask your administrator.',
  90095: 'An administrator has to approve this app. Ask your administrator.',
  90102: 'The redirect URI must be an absolute URL.',
  700082: 'The account was not used for too long. Connect it again.',
  700084: 'The sign-in of this app type ends after 24 hours. Register the redirect URI as a web app.',
  7000215: 'The client secret is wrong. Enter its value, not its id.',
  7000222: 'The client secret has expired. Make a new one in Entra.',
};

/** Refusals that Microsoft itself calls transient although their status is a 4xx (reference-error-codes). */
const transient = new Set([50033, 50087, 90012, 90024, 90033, 90055]);

/** Reads `error_codes`, or the number at the start of the description where the list is missing. */
export function readMicrosoftError(answer: Readonly<Record<string, unknown>>): {
  code: FailureCode | null;
  detail: string | null;
} {
  const { error_codes: listed, error_description: description } = answer;
  const first = /^AADSTS(\d+)/.exec(typeof description === 'string' ? description : '')?.[1];
  const numbers = [...(Array.isArray(listed) ? listed : []), first].filter(isNumber).map(Number);
  return {
    code: numbers.some((each) => transient.has(each)) ? 'provider_unavailable' : null,
    detail: numbers.map((each) => hints[each]).find((hint) => hint !== undefined) ?? null,
  };
}

/** `Number` would look into a list, into a list in a list, and so on until the stack is full. */
function isNumber(value: unknown): value is number | string {
  return typeof value === 'number' || typeof value === 'string';
}
