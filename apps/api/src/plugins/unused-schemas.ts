interface WithComponents {
  components?: { schemas?: Record<string, unknown> };
}

const reference = /"#\/components\/schemas\/([^"]+)"/g;

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
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept.map((name) => [name, schemas[name]])) } };
}
