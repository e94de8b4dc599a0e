import { type ExampleFile, textFile } from '../patient.ts';

export interface Structure {
  /** Number in FreeSurfer's colour table: 17 is the left hippocampus. */
  segId: number;
  name: string;
  mm3: number;
}

/** A table in the form of `aseg.stats`. The header says that no FreeSurfer made it. */
export function writeAsegStats(
  path: string,
  subject: string,
  intracranialMm3: number,
  structures: readonly Structure[],
): ExampleFile {
  const rows = structures.map(({ segId, name, mm3 }, index) =>
    [
      String(index + 1).padStart(3),
      String(segId).padStart(4),
      String(Math.round(mm3)).padStart(9),
      mm3.toFixed(1).padStart(10),
      name.padEnd(28),
      '100.0000',
      '10.0000',
      '50.0000',
      '150.0000',
      '100.0000',
    ].join(' '),
  );
  return textFile(
    path,
    [
      '# Title Segmentation Statistics',
      '#',
      '# generating_program idiograph-examples (synthetic)',
      '# cvs_version none',
      `# subjectname ${subject}`,
      `# Measure EstimatedTotalIntraCranialVol, eTIV, Estimated Total Intracranial Volume, ${intracranialMm3.toFixed(6)}, mm^3`,
      '# VoxelVolume_mm3 1',
      `# NRows ${structures.length}`,
      '# NTableCols 10',
      '# ColHeaders  Index SegId NVoxels Volume_mm3 StructName normMean normStdDev normMin normMax normRange',
      ...rows,
      '',
    ].join('\n'),
  );
}
