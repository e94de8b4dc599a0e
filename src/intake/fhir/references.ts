import { children, type Element, text } from './json.ts';

/** One resource with the place it was found at. `path` is the file. */
export interface Located {
  path: string;
  place: string;
  resource: Element;
  /** `urn:uuid:...` or absolute URL of the bundle entry. */
  fullUrl?: string;
}

/** Finds what a Reference points to: in the resource itself (`#id`), then in its own file, then in the whole import. */
export interface References {
  find(reference: Element | undefined, from: Located): Located | undefined;
}

/** `Type/id` of a relative, absolute or versioned literal reference; `urn:` references and others stay as they are. */
export function localKey(reference: string): string {
  const match = /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/.exec(reference);
  return match?.[1] ?? reference;
}

function keysOf({ resource, fullUrl }: Located): string[] {
  const type = text(resource, 'resourceType');
  const id = text(resource, 'id');
  const keys = children(resource, 'identifier')
    .filter((identifier) => text(identifier, 'system') && text(identifier, 'value'))
    .map((identifier) => identifierKey(type, identifier));
  if (type && id) keys.push(`${type}/${id}`);
  if (fullUrl) keys.push(fullUrl);
  const url = text(resource, 'url');
  if (url) keys.push(url);
  return keys;
}

function identifierKey(type: string | undefined, identifier: Element): string {
  return `${type}?${text(identifier, 'system')}|${text(identifier, 'value')}`;
}

/** Indexes every resource of an import. Two files may use one id for different things: the own file is asked first. */
export function indexReferences(located: readonly Located[]): References {
  const byFile = new Map<string, Map<string, Located>>();
  const overall = new Map<string, Located>();
  for (const one of located) {
    const own = byFile.get(one.path) ?? new Map<string, Located>();
    byFile.set(one.path, own);
    for (const key of keysOf(one)) {
      if (!own.has(key)) own.set(key, one);
      if (!overall.has(key)) overall.set(key, one);
    }
  }
  return {
    find(reference, from) {
      const literal = text(reference, 'reference');
      if (literal?.startsWith('#')) {
        const resource = children(from.resource, 'contained').find((inner) => text(inner, 'id') === literal.slice(1));
        return resource && { path: from.path, place: `${from.place}.contained`, resource };
      }
      const own = byFile.get(from.path);
      for (const key of keysOfReference(reference, literal)) {
        const found = own?.get(key) ?? overall.get(key);
        if (found) return found;
      }
      return undefined;
    },
  };
}

function keysOfReference(reference: Element | undefined, literal: string | undefined): string[] {
  const keys = literal ? [literal, localKey(literal), literal.split('|')[0]!] : [];
  const [identifier] = children(reference, 'identifier');
  if (identifier) {
    // A logical reference may leave the type out; a patient is what this index is asked for then.
    keys.push(identifierKey(text(reference, 'type') ?? 'Patient', identifier));
  }
  // Conditional references of transactions: `Patient?identifier=system|value`.
  const conditional = literal && /^([A-Z][A-Za-z]+)\?identifier=([^&]+)$/.exec(literal);
  if (conditional) keys.push(`${conditional[1]}?${conditional[2]}`);
  return keys;
}
