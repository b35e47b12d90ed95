import fc from 'fast-check';
import { rightSteps, steps, type Described, type Step } from './step.ts';

const mayWrite = ['admin', 'editor', 'admin-token', 'session'] as const;

/** What can be made, and everything else that takes its id. */
const makers: Readonly<Record<string, string>> = {
  'POST /v1/credentials': '/v1/credentials/{id}',
  'POST /v1/authorizations': '/v1/authorizations/{id}',
  'POST /v1/leases': '/v1/leases/{id}',
  'POST /v1/service-tokens': '/v1/service-tokens/{id}',
};

/** Requests one after the other: anything after anything, and the lives of things: made, used, removed, used again. */
export function sequences(operations: readonly Described[]): fc.Arbitrary<Step[]> {
  const weighted = (make: (operation: Described) => fc.Arbitrary<Step>) =>
    fc.oneof(
      ...operations.map((operation) => ({
        weight: operation.tags.includes('hidden') ? 1 : 4,
        arbitrary: make(operation),
      })),
    );
  const anything = fc.oneof(
    { weight: 2, arbitrary: weighted((operation) => steps(operation)) },
    { weight: 1, arbitrary: weighted((operation) => rightSteps(operation, mayWrite)) },
  );
  const lives = operations.flatMap((operation) => {
    const prefix = makers[`${operation.method} ${operation.path}`];
    if (prefix === undefined) return [];
    const users = operations.filter(({ path }) => path.startsWith(prefix));
    const using = fc.oneof(
      ...users.flatMap((user) => [newest(rightSteps(user, mayWrite)), newest(steps(user, mayWrite))]),
    );
    return [
      fc
        .tuple(rightSteps(operation, mayWrite), fc.array(using, { minLength: 2, maxLength: 7 }))
        .map(([made, used]) => [made, ...used]),
    ];
  });
  return fc.oneof(
    { weight: 3, arbitrary: fc.array(anything, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.oneof(...lives) },
  );
}

/** The same with the id of what was made last. */
function newest(arbitrary: fc.Arbitrary<Step>): fc.Arbitrary<Step> {
  return arbitrary.map((step) => ({
    ...step,
    path: Object.fromEntries(
      Object.entries(step.path).map(([name, value]) => [name, value.replace(/^⟦([\w-]+)\/\d+⟧$/, '⟦$1/0⟧')]),
    ),
  }));
}
