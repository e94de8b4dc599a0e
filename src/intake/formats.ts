import { answersFormat } from './answers/format.ts';
import { dicomFormat } from './dicom/format.ts';
import { fhirFormat } from './fhir/format.ts';
import type { Format, InputFile } from './format.ts';
import { freesurferFormat } from './freesurfer/format.ts';
import { hl7v2Format } from './hl7v2/format.ts';
import { niftiFormat } from './nifti/format.ts';
import { tableFormat } from './table/format.ts';
import { vcfFormat } from './vcf/format.ts';

/** All formats in the order in which they are asked: strict signatures first, any table last. */
export const formats: readonly Format[] = [
  dicomFormat,
  niftiFormat,
  vcfFormat,
  fhirFormat,
  hl7v2Format,
  freesurferFormat,
  answersFormat,
  tableFormat,
];

/** The format of a file by its content, or undefined. A `sniff` that fails on strange bytes does not know them. */
export function recognise(file: InputFile): Format | undefined {
  return formats.find((format) => {
    try {
      return format.sniff(file.head, file);
    } catch {
      return false;
    }
  });
}
