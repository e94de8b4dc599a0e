/** A zod schema, or anything else that checks data without changing it. */
interface Schema<T> {
  parse(data: unknown): T;
}

const parsed = new WeakMap<Schema<unknown>, WeakMap<object, unknown>>();

/**
 * Checks a file of knowledge once instead of once a person. The work-up hands out one frozen object for one content of a
 * file, so that the object stands for the content; another object (a site's file, a test's copy) is checked by itself.
 * Nobody may change what comes back. Throws what the schema throws.
 */
export function parsedOnce<T>(schema: Schema<T>, data: unknown): T {
  if (typeof data !== 'object' || data === null) return schema.parse(data);
  const ofSchema = parsed.get(schema) ?? new WeakMap<object, unknown>();
  if (ofSchema.has(data)) return ofSchema.get(data) as T;
  const read = schema.parse(data);
  ofSchema.set(data, read);
  parsed.set(schema, ofSchema);
  return read;
}
