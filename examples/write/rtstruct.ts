import type { ExampleFile, ExamplePatient } from '../patient.ts';
import type { Point, UprightGrid } from '../phantoms/shapes.ts';
import { centreOf } from '../phantoms/shapes.ts';
import { writeDicom } from './dicom.ts';
import { dicomDate, patientAndStudy } from './dicomPatient.ts';
import { uid } from './uid.ts';

/** A ball that somebody drew round: on each slice through it a polygon of `corners` on the circle. */
export interface DrawnBall {
  name: string;
  type: 'GTV' | 'ORGAN';
  centre: Point;
  radiusMm: number;
}

const corners = 72;

/** Corners of the contour on the slice at height z, LPS; undefined where the slice misses the ball. */
export function contourOn({ centre, radiusMm }: DrawnBall, z: number): Point[] | undefined {
  const squared = radiusMm ** 2 - (z - centre[2]) ** 2;
  if (squared <= 0) return undefined;
  return Array.from({ length: corners }, (_, corner): Point => {
    const angle = (2 * Math.PI * corner) / corners;
    return [
      -(centre[0] + Math.sqrt(squared) * Math.cos(angle)),
      -(centre[1] + Math.sqrt(squared) * Math.sin(angle)),
      z,
    ];
  });
}

/** An RTSTRUCT with one region a ball, drawn on the slices of one series. */
export function writeRtStruct(options: {
  patient: ExamplePatient;
  path: string;
  date: string;
  time: string;
  grid: UprightGrid;
  drawnOn: { study: string; series: string; frame: string; instance(k: number): string };
  balls: readonly DrawnBall[];
}): ExampleFile {
  const { patient, path, date, time, grid, drawnOn, balls } = options;
  const image = (k: number) => ({
    ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.128',
    ReferencedSOPInstanceUID: drawnOn.instance(k),
  });
  const slices = Array.from({ length: grid.shape[2] }, (_, k) => k);
  const bytes = writeDicom({
    ...patientAndStudy(patient, { date, time, description: 'SYNTHETIC PET phantom' }),
    StudyInstanceUID: drawnOn.study,
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.481.3',
    SOPInstanceUID: uid(patient.id, 'rtstruct', date),
    Modality: 'RTSTRUCT',
    SeriesInstanceUID: uid(patient.id, 'rtstruct-series', date),
    SeriesNumber: 4,
    SeriesDescription: 'SYNTHETIC regions',
    StructureSetLabel: 'SYNTHETIC',
    StructureSetDate: dicomDate(date),
    StructureSetTime: time,
    ApprovalStatus: 'UNAPPROVED',
    ReferencedFrameOfReferenceSequence: [
      {
        FrameOfReferenceUID: drawnOn.frame,
        RTReferencedStudySequence: [
          {
            ReferencedSOPClassUID: '1.2.840.10008.3.1.2.3.1',
            ReferencedSOPInstanceUID: drawnOn.study,
            RTReferencedSeriesSequence: [
              { SeriesInstanceUID: drawnOn.series, ContourImageSequence: slices.map(image) },
            ],
          },
        ],
      },
    ],
    StructureSetROISequence: balls.map(({ name }, index) => ({
      ROINumber: index + 1,
      ReferencedFrameOfReferenceUID: drawnOn.frame,
      ROIName: name,
      ROIGenerationAlgorithm: 'MANUAL',
    })),
    ROIContourSequence: balls.map((ball, index) => ({
      ReferencedROINumber: index + 1,
      ContourSequence: slices.flatMap((k) => {
        const points = contourOn(ball, centreOf(grid, 0, 0, k)[2]);
        if (!points) return [];
        return [
          {
            ContourImageSequence: [image(k)],
            ContourGeometricType: 'CLOSED_PLANAR',
            NumberOfContourPoints: points.length,
            ContourData: points.flat().map((value) => Number(value.toFixed(4))),
          },
        ];
      }),
    })),
    RTROIObservationsSequence: balls.map(({ type }, index) => ({
      ObservationNumber: index + 1,
      ReferencedROINumber: index + 1,
      RTROIInterpretedType: type,
    })),
  });
  return { path, bytes };
}
