import { z } from 'zod';

/** A coded concept. `system` is a URI or a well-known short name (`LOINC`, `UCUM`, `RxNorm`, `HGNC`, `idiograph`). */
export const Code = z.object({
  system: z.string().min(1),
  code: z.string().min(1),
  display: z.string().min(1),
});
export type Code = z.infer<typeof Code>;

/** FHIR dateTime: a year, month, day or full instant; as precise as the source was and no more. */
export const DateTime = z
  .string()
  .regex(/^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/, 'not a FHIR dateTime');
export type DateTime = z.infer<typeof DateTime>;

/** Measures that Idiograph itself defines; rooms add standard codes beside it where a standard has one. */
export function measure(code: string, display: string): Code {
  return { system: 'idiograph', code, display };
}
