import type { Grid } from '../dossier/grid.ts';
import { type DerivedFrom, derivedUid } from '../exchange/dicom/derived.ts';
import { writeSegmentation } from '../exchange/dicom/segmentation.ts';

/**
 * A ball of a target as DICOM SEG: in the frame of the series of a T1 (`from`), or in MNI152, which is no patient's image, and
 * which it says by naming none.
 */
export function targetSegmentation(
  ball: Uint8Array,
  grid: Grid,
  name: string,
  { madeAt, program, from }: { madeAt: string; program: string; from?: DerivedFrom },
): Uint8Array {
  const space = from ? 'the T1' : 'MNI152';
  return writeSegmentation(
    ball,
    grid,
    [
      {
        label: name,
        value: 1,
        description: `${name} in ${space}`,
        color: '#d62728',
        algorithm: { type: 'AUTOMATIC', name: 'Idiograph' },
      },
    ],
    from ?? { header: {}, frameOfReference: derivedUid('frame', 'MNI152'), instances: [] },
    {
      ...{
        identity: ['stimulation-target', name, space, madeAt, from?.instances[0]?.series ?? ''],
        title: `Stimulation target in ${space}, ${name}`,
        label: 'TARGET',
        madeAt,
      },
      ...{ method: 'brain.stimulation-target', program, seriesNumber: 900 },
    },
  );
}
