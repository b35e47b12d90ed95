interface WithComponents {
  components?: { schemas?: Record<string, unknown> };
}

const reference = /"#\/components\/schemas\/([^"]+)"/g;

/** zod spells out the whole calendar as a pattern; `format` says the same to every reader. */
export function withoutTimePatterns<T>(document: T): T {
  const text = JSON.stringify(document, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('pattern' in value) || !('format' in value))
      return value;
    const { pattern: _pattern, ...rest } = value;
    return value.format === 'date-time' ? rest : value;
  });
  return JSON.parse(text) as T;
}

/** Every zod schema with an id is there once as input and once as output: this leaves what is referred to. */
export function withoutUnusedSchemas<T extends object>(document: T): T {
  const { components, ...rest } = document as T & WithComponents;
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const follow = (value: unknown) => {
    for (const [, name = ''] of JSON.stringify(value ?? null).matchAll(reference)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(schemas[name]);
    }
  };
  follow(rest);
  const kept = Object.keys(schemas)
    .filter((name) => used.has(name))
    .toSorted();
  return {
    ...document,
    components: { ...components, schemas: Object.fromEntries(kept.map((name) => [name, schemas[name]])) },
  };
}
