const placeholder = /\{\{(\w+)\}\}/g;

type Values = Readonly<Record<string, string>>;

/** A value that cannot stand where the template puts it. The message names the field, never its value. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly field: string;

  constructor(field: string, reason: string) {
    super(reason);
    this.field = field;
  }
}

/** Values become one path segment or query value each; `{{field}}/…` at the start stands for a whole base URL. */
export function fillUrl(template: string, values: Values): string {
  const leading = /^\{\{(\w+)\}\}/.exec(template);
  if (leading !== null) {
    const base = valueOf(leading[1] ?? '', values).replace(/\/+$/, '');
    return base + fillUrl(template.slice(leading[0].length), values);
  }
  return template.replace(placeholder, (_, name: string) => {
    const value = valueOf(name, values);
    // The URL parser would take these for a step up or for nothing, encoded or not.
    if (value === '' || value === '.' || value === '..')
      throw new TemplateError(name, 'cannot be part of a URL');
    return encodeURIComponent(value);
  });
}

/** @throws TemplateError for a character that a header cannot carry (RFC 9110 section 5.5) */
export function fillHeaders(templates: Values, values: Values): Record<string, string> {
  const fill = (template: string) =>
    template.replace(placeholder, (_, name: string) => {
      const value = valueOf(name, values);
      if (!/^[\x20-\x7e\x80-\xff]*$/.test(value))
        throw new TemplateError(name, 'has a character that no key has');
      return value;
    });
  return Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, fill(template)]));
}

/** Values stand inside the quotes of a JSON string. */
export function fillJson(template: string, values: Values): string {
  return template.replace(placeholder, (_, name: string) =>
    JSON.stringify(valueOf(name, values)).slice(1, -1),
  );
}

function valueOf(name: string, values: Values): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) throw new TemplateError(name, 'is missing');
  return value;
}
