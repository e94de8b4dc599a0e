import { z } from 'zod';

/**
 * Expected trouble in data, as a value.
 * - `info`: worth knowing, changes no number.
 * - `warning`: a result is there but must be read with it.
 * - `error`: something was refused or could not be computed.
 */
export const Severity = z.enum(['info', 'warning', 'error']);
export type Severity = z.infer<typeof Severity>;

export const Issue = z.object({
  /** Kebab-case, stable, searchable: `slice-missing`, `no-norm`, `cyp2d6-snv-only`. */
  code: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  severity: Severity,
  /** One sentence for a person. */
  message: z.string().min(1),
  /** Where: file, byte offset, tag, line, item. */
  place: z.string().optional(),
  /** What would mend it. */
  remedy: z.string().optional(),
});
export type Issue = z.infer<typeof Issue>;

export function issue(
  severity: Severity,
  code: string,
  message: string,
  where: { place?: string; remedy?: string } = {},
): Issue {
  return { code, severity, message, ...where };
}
