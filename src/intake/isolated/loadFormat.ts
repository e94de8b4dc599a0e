import type { Format } from '../format.ts';

/** A reading thread loads only the formats that it meets: all of them together take longer than most imports. */
const loaders: Readonly<Record<string, () => Promise<Format>>> = {
  dicom: async () => (await import('../dicom/format.ts')).dicomFormat,
  nifti: async () => (await import('../nifti/format.ts')).niftiFormat,
  vcf: async () => (await import('../vcf/format.ts')).vcfFormat,
  fhir: async () => (await import('../fhir/format.ts')).fhirFormat,
  hl7v2: async () => (await import('../hl7v2/format.ts')).hl7v2Format,
  freesurfer: async () => (await import('../freesurfer/format.ts')).freesurferFormat,
  answers: async () => (await import('../answers/format.ts')).answersFormat,
  table: async () => (await import('../table/format.ts')).tableFormat,
};

/** The format of this id. Throws `TypeError` for one that no loader knows. */
export async function loadFormat(id: string): Promise<Format> {
  const load = loaders[id];
  if (!load) throw new TypeError(`no loader for the format ${id}`);
  return load();
}
