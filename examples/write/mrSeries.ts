import type { ExampleFile, ExamplePatient } from '../patient.ts';
import type { UprightGrid } from '../phantoms/shapes.ts';
import { writeDicom } from './dicom.ts';
import { dicomDate, patientAndStudy } from './dicomPatient.ts';
import { pixels, sliceGeometry } from './slices.ts';
import { uid } from './uid.ts';

/** A T1-weighted MR series, one classic DICOM file a slice, named `<folder>/0001.dcm` from foot to head. */
export function writeMrSeries(options: {
  patient: ExamplePatient;
  folder: string;
  date: string;
  time: string;
  grid: UprightGrid;
  /** i fastest, then j, k. */
  values: Uint16Array;
}): ExampleFile[] {
  const { patient, folder, date, time, grid, values } = options;
  const study = patientAndStudy(patient, { date, time, description: 'SYNTHETIC head phantom' });
  const [ni, nj, nk] = grid.shape;
  return Array.from({ length: nk }, (_, k) => ({
    path: `${folder}/${String(k + 1).padStart(4, '0')}.dcm`,
    bytes: writeDicom({
      ...study,
      ...sliceGeometry(grid, k),
      ...pixels(values.slice(k * ni * nj, (k + 1) * ni * nj)),
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
      SOPInstanceUID: uid(patient.id, 'mr', date, k),
      Modality: 'MR',
      ImageType: ['ORIGINAL', 'PRIMARY', 'M'],
      SeriesInstanceUID: uid(patient.id, 'mr', date),
      FrameOfReferenceUID: uid(patient.id, 'mr-frame', date),
      SeriesNumber: 2,
      SeriesDate: dicomDate(date),
      SeriesTime: time,
      AcquisitionDate: dicomDate(date),
      AcquisitionTime: time,
      SeriesDescription: 'SYNTHETIC T1w',
      BodyPartExamined: 'HEAD',
      InstanceNumber: k + 1,
      ScanningSequence: 'GR',
      SequenceVariant: 'MP',
      MRAcquisitionType: '3D',
      RepetitionTime: 2300,
      EchoTime: 2.98,
      InversionTime: 900,
      FlipAngle: 9,
      MagneticFieldStrength: 3,
    }),
  }));
}
