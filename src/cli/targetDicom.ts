import type { Grid } from '../dossier/grid.ts';
import { derivedUid } from '../exchange/dicom/derived.ts';
import { writeSegmentation } from '../exchange/dicom/segmentation.ts';

/** A ball of a target as DICOM SEG in the frame of MNI152: of no patient's image, which it says by naming none. */
export function targetSegmentation(
  ball: Uint8Array,
  grid: Grid,
  name: string,
  madeAt: string,
  program: string,
): Uint8Array {
  return writeSegmentation(
    ball,
    grid,
    [
      {
        label: name,
        value: 1,
        description: `${name} in MNI152`,
        color: '#d62728',
        algorithm: { type: 'AUTOMATIC', name: 'Idiograph' },
      },
    ],
    { header: {}, frameOfReference: derivedUid('frame', 'MNI152'), instances: [] },
    {
      ...{
        identity: ['stimulation-target', name, madeAt],
        title: `Stimulation target, ${name}`,
        label: 'TARGET',
        madeAt,
      },
      ...{ method: 'brain.stimulation-target', program, seriesNumber: 900 },
    },
  );
}
