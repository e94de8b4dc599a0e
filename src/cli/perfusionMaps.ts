import { join } from 'node:path';
import type { Maps } from '../imaging/perfusion/maps.ts';
import { mapMedian } from '../imaging/perfusion/regional.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { writeWhole } from './wholeFile.ts';

/** A file that was written. */
export interface Written {
  name: string;
  file: string;
  title: string;
  unit: string;
  /** Of the voxels that have a value. */
  median?: number;
}

/** Maps as `.nii.gz` on their grid, with the status of the first. NaN where there is no value. */
export function writeMaps(out: string, all: readonly Maps[]): Written[] {
  const written: Written[] = [];
  for (const { grid, maps, status } of all) {
    for (const { name, title, unit, values } of maps) {
      const file = `${name}.nii.gz`;
      const description = `${title}${unit === '1' ? '' : ` [${unit}]`}`;
      writeWhole(join(out, file), writeNiftiGz(grid, values, { datatype: 'float32', description }));
      const median = mapMedian(values);
      written.push({ name, file, title, unit, ...(median !== undefined && { median }) });
    }
    if (status.length === 0) continue;
    const title = '0 fitted, 1 no data, 2 no uptake, 3 not converged, 4 at bound, 5 not physical, 255 outside';
    writeWhole(join(out, 'status.nii.gz'), writeNiftiGz(grid, status, { datatype: 'uint8', description: title }));
    written.push({ name: 'status', file: 'status.nii.gz', title, unit: '1' });
  }
  return written;
}
