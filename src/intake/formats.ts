import { sniffAnswers } from './answers/sniff.ts';
import { sniffDicom } from './dicom/sniff.ts';
import { sniffFhir } from './fhir/sniff.ts';
import type { Format, InputFile } from './format.ts';
import { sniffFreesurfer } from './freesurfer/sniff.ts';
import { sniffHl7v2 } from './hl7v2/sniff.ts';
import { sniffMaf } from './maf/sniff.ts';
import { sniffMedications } from './medications/sniff.ts';
import { sniffNifti } from './nifti/sniff.ts';
import { sniffOutsideCalls } from './outsideCalls/sniff.ts';
import { sniffPgs } from './pgs/sniff.ts';
import { sniffTable } from './table/sniff.ts';
import { sniffTrial } from './trial/sniff.ts';
import { sniffVcf } from './vcf/sniff.ts';
import { sniffVolumeTable } from './volumeTables/sniff.ts';

/** A format as far as it is needed to recognise it. All readers together take longer to load than most imports last. */
export interface KnownFormat extends Pick<Format, 'id' | 'sniff'> {
  load(): Promise<Format>;
}

/** All formats in the order in which they are asked: strict signatures first, any table last. */
export const formats: readonly KnownFormat[] = [
  {
    id: 'dicom',
    sniff: (head, { bytes }) => sniffDicom(head, bytes),
    load: async () => (await import('./dicom/format.ts')).dicomFormat,
  },
  {
    id: 'outside-calls',
    sniff: sniffOutsideCalls,
    load: async () => (await import('./outsideCalls/format.ts')).outsideCallsFormat,
  },
  { id: 'nifti', sniff: sniffNifti, load: async () => (await import('./nifti/format.ts')).niftiFormat },
  { id: 'vcf', sniff: sniffVcf, load: async () => (await import('./vcf/format.ts')).vcfFormat },
  { id: 'fhir', sniff: sniffFhir, load: async () => (await import('./fhir/format.ts')).fhirFormat },
  { id: 'hl7v2', sniff: sniffHl7v2, load: async () => (await import('./hl7v2/format.ts')).hl7v2Format },
  {
    id: 'freesurfer',
    sniff: sniffFreesurfer,
    load: async () => (await import('./freesurfer/format.ts')).freesurferFormat,
  },
  {
    id: 'volume-table',
    sniff: sniffVolumeTable,
    load: async () => (await import('./volumeTables/format.ts')).volumeTableFormat,
  },
  { id: 'answers', sniff: sniffAnswers, load: async () => (await import('./answers/format.ts')).answersFormat },
  { id: 'trial', sniff: sniffTrial, load: async () => (await import('./trial/format.ts')).trialFormat },
  { id: 'pgs', sniff: sniffPgs, load: async () => (await import('./pgs/format.ts')).pgsFormat },
  { id: 'maf', sniff: sniffMaf, load: async () => (await import('./maf/format.ts')).mafFormat },
  {
    id: 'medications',
    sniff: sniffMedications,
    load: async () => (await import('./medications/format.ts')).medicationsFormat,
  },
  { id: 'table', sniff: sniffTable, load: async () => (await import('./table/format.ts')).tableFormat },
];

/** The format of a file by its content, or undefined. A `sniff` that fails on strange bytes does not know them. */
export function recognise(file: InputFile): KnownFormat | undefined {
  return formats.find((format) => {
    try {
      return format.sniff(file.head, file);
    } catch {
      return false;
    }
  });
}

/** Reader and assembler of the format of this id. Throws `TypeError` for one that nobody knows. */
export async function loadFormat(id: string): Promise<Format> {
  const format = formats.find((one) => one.id === id);
  if (!format) throw new TypeError(`there is no format ${id}`);
  return format.load();
}
