import {
  limitClasses,
  limitsOf,
  type ClassLimits,
  type LimitClass,
  type LimitScope,
  type RateLimits,
} from './limit-classes.ts';

type Amount = { readonly count: number; readonly seconds: number } | 'off';

const names = Object.keys(limitClasses) as LimitClass[];
const limited = names.filter((name) => Object.keys(limitClasses[name].scopes).length > 0);

/** `off`, or the changes to the defaults as pairs: `lease=6000/60`, `read.address=off`, or as JSON of the same. @throws Error with a sentence for the operator */
export function readRateLimits(text = ''): RateLimits {
  const limits = Object.fromEntries(
    names.map((name) => [name, limitsOf(name, limitClasses[name])]),
  ) as Record<LimitClass, ClassLimits>;
  if (text.trim() === 'off') {
    for (const name of names) limits[name] = {};
    return limits;
  }
  for (const [key, value] of pairsOf(text)) {
    const { name, scope } = readKey(key);
    const amount = readAmount(key, value);
    limits[name] =
      scope === null
        ? amount === 'off'
          ? {}
          : limitsOf(name, amount)
        : withScope(name, limits[name], scope, amount);
  }
  return limits;
}

/** Whole classes first: what is said about one scope holds wherever it stands. */
function pairsOf(text: string): (readonly [string, string])[] {
  const pairs = text.trimStart().startsWith('{') ? fromJson(text) : fromList(text);
  return pairs.toSorted(([one], [other]) => Number(one.includes('.')) - Number(other.includes('.')));
}

function fromList(text: string): (readonly [string, string])[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const [key = '', value = ''] = part.split('=').map((side) => side.trim());
      return [key, value] as const;
    });
}

function fromJson(text: string): (readonly [string, string])[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('must be JSON such as {"lease": "6000/60"} or pairs such as lease=6000/60');
  }
  return Object.entries(parsed as object).map(([key, value]) => [key, String(value)] as const);
}

function readKey(key: string): { name: LimitClass; scope: LimitScope | null } {
  const [first, second, ...rest] = key.split('.');
  const name = limited.find((known) => known === first);
  if (name === undefined || rest.length > 0)
    throw new Error(`"${key}" is not a class of limits; there are ${limited.join(', ')}`);
  if (second === undefined) return { name, scope: null };
  const scopes = Object.keys(limitClasses[name].scopes) as LimitScope[];
  const scope = scopes.find((known) => known === second);
  if (scope === undefined)
    throw new Error(`"${key}" is not a limit; those of ${name} are per ${scopes.join(', ')}`);
  return { name, scope };
}

function readAmount(key: string, value: string): Amount {
  if (value === 'off') return 'off';
  const [, count, seconds] = /^(\d{1,9})\/(\d{1,5})$/.exec(value) ?? [];
  if (Number(count) >= 1 && Number(seconds) >= 1) return { count: Number(count), seconds: Number(seconds) };
  throw new Error(`"${key}=${value}" is not a number of requests per seconds, such as ${key}=600/60, or off`);
}

function withScope(name: LimitClass, limits: ClassLimits, scope: LimitScope, amount: Amount): ClassLimits {
  const { [scope]: _replaced, ...others } = limits;
  return amount === 'off' ? others : { ...others, [scope]: { name: `${name}.${scope}`, ...amount } };
}
