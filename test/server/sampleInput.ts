import fc from 'fast-check';
import { z } from 'zod';

interface JsonSchema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  prefixItems?: JsonSchema[];
  items?: JsonSchema;
  minItems?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  pattern?: string;
  default?: unknown;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
}

/**
 * A value that a schema of the table of routes accepts: its required fields only, the smallest of each. So a route that is
 * added later is called like all others. `known` gives values for fields by their name.
 */
export function sampleOf(schema: z.ZodType, known: Readonly<Record<string, unknown>> = {}): unknown {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return sampleFrom(json, known, json.$defs ?? {});
}

function sampleFrom(
  schema: JsonSchema,
  known: Readonly<Record<string, unknown>>,
  defs: Record<string, JsonSchema>,
): unknown {
  const next = (one: JsonSchema) => sampleFrom(one, known, defs);
  if (schema.$ref !== undefined) return next(defs[schema.$ref.replace('#/$defs/', '')] ?? {});
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = (schema.anyOf ?? schema.oneOf)?.[0];
  if (choice !== undefined) return next(choice);
  if (schema.allOf !== undefined)
    return Object.assign({}, ...schema.allOf.map((one) => next(one) as Record<string, unknown>));
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [
          name,
          name in known ? known[name] : next(schema.properties?.[name] ?? {}),
        ]),
      );
    case 'array':
      return (
        schema.prefixItems?.map(next) ?? Array.from({ length: schema.minItems ?? 0 }, () => next(schema.items ?? {}))
      );
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return schema.minimum !== undefined && schema.minimum > Number.MIN_SAFE_INTEGER
        ? schema.minimum
        : (schema.exclusiveMinimum ?? -1) + 1;
    case 'string':
      if (schema.pattern !== undefined) return matching(schema.pattern);
      return 'x'.repeat(Math.max(1, schema.minLength ?? 1));
    case 'null':
      return null;
    default:
      return {};
  }
}

const matched = new Map<string, string>();

/** The same text for a pattern each time: long ones take a while to find. */
function matching(pattern: string): string {
  const known = matched.get(pattern);
  if (known !== undefined) return known;
  const [found] = fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 1, seed: 1 }) as [string];
  matched.set(pattern, found);
  return found;
}
