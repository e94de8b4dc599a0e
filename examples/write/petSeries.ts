import type { ExampleFile, ExamplePatient } from '../patient.ts';
import type { UprightGrid } from '../phantoms/shapes.ts';
import { writeDicom } from './dicom.ts';
import { dicomDate, patientAndStudy } from './dicomPatient.ts';
import { pixels, sliceGeometry } from './slices.ts';
import { uid } from './uid.ts';

export interface Injection {
  /** Net activity at the time of injection. */
  activityBq: number;
  halfLifeS: number;
  /** `095800` on the day of the scan. */
  time: string;
}

/** UIDs that a region needs to name the series that it was drawn on. */
export function petUids(
  patient: ExamplePatient,
  date: string,
): { study: string; series: string; frame: string; instance(k: number): string } {
  return {
    study: uid(patient.id, 'pet', date, 'study'),
    series: uid(patient.id, 'pet', date),
    frame: uid(patient.id, 'pet-frame', date),
    instance: (k) => uid(patient.id, 'pet', date, k),
  };
}

/**
 * An FDG PET series in Bq/ml, corrected for decay to the start of the scan. Every slice has its own rescale slope, so that
 * its hottest voxel is stored as 32,767, as scanners do.
 */
export function writePetSeries(options: {
  patient: ExamplePatient;
  folder: string;
  date: string;
  /** Start of the scan, `110000`. */
  time: string;
  injection: Injection;
  grid: UprightGrid;
  /** SUVbw, i fastest, then j, k. */
  suv: Float32Array;
}): ExampleFile[] {
  const { patient, folder, date, time, injection, grid, suv } = options;
  const uids = petUids(patient, date);
  const study = patientAndStudy(patient, { date, time, description: 'SYNTHETIC PET phantom' });
  const [ni, nj, nk] = grid.shape;
  const elapsedS = secondsOf(time) - secondsOf(injection.time);
  const bqMlPerSuv = (injection.activityBq * 2 ** (-elapsedS / injection.halfLifeS)) / (1000 * patient.weightKg);
  return Array.from({ length: nk }, (_, k) => {
    const slice = suv.subarray(k * ni * nj, (k + 1) * ni * nj);
    let hottest = 0;
    for (const value of slice) if (value > hottest) hottest = value;
    // The slope as it is written, so that stored values fit it exactly.
    const slope = Number(((hottest > 0 ? hottest : 1) * bqMlPerSuv * (1 / 32_767)).toPrecision(9));
    const stored = Int16Array.from(slice, (value) => Math.min(32_767, Math.round((value * bqMlPerSuv) / slope)));
    return {
      path: `${folder}/${String(k + 1).padStart(4, '0')}.dcm`,
      bytes: writeDicom({
        ...study,
        ...sliceGeometry(grid, k),
        ...pixels(stored),
        StudyInstanceUID: uids.study,
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.128',
        SOPInstanceUID: uids.instance(k),
        Modality: 'PT',
        ImageType: ['ORIGINAL', 'PRIMARY'],
        SeriesInstanceUID: uids.series,
        FrameOfReferenceUID: uids.frame,
        SeriesNumber: 3,
        SeriesDate: dicomDate(date),
        SeriesTime: time,
        AcquisitionDate: dicomDate(date),
        AcquisitionTime: time,
        SeriesDescription: 'SYNTHETIC FDG PET AC',
        BodyPartExamined: 'CHEST',
        InstanceNumber: k + 1,
        NumberOfSlices: nk,
        ImageIndex: k + 1,
        RescaleIntercept: 0,
        RescaleSlope: slope,
        Units: 'BQML',
        SeriesType: ['STATIC', 'IMAGE'],
        CorrectedImage: ['DECY', 'ATTN', 'SCAT', 'DTIM', 'RAN', 'NORM'],
        DecayCorrection: 'START',
        CountsSource: 'EMISSION',
        RandomsCorrectionMethod: 'NONE',
        FrameReferenceTime: 0,
        ActualFrameDuration: 180_000,
        RadiopharmaceuticalInformationSequence: [
          {
            Radiopharmaceutical: 'FDG -- fluorodeoxyglucose',
            RadiopharmaceuticalStartTime: injection.time,
            RadiopharmaceuticalStartDateTime: `${dicomDate(date)}${injection.time}`,
            RadionuclideTotalDose: injection.activityBq,
            RadionuclideHalfLife: injection.halfLifeS,
            RadionuclideCodeSequence: [
              { CodeValue: '77004003', CodingSchemeDesignator: 'SCT', CodeMeaning: '^18^Fluorine' },
            ],
            RadiopharmaceuticalCodeSequence: [
              { CodeValue: '35321007', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Fluorodeoxyglucose F^18^' },
            ],
          },
        ],
      }),
    };
  });
}

function secondsOf(time: string): number {
  return 3600 * Number(time.slice(0, 2)) + 60 * Number(time.slice(2, 4)) + Number(time.slice(4, 6));
}
