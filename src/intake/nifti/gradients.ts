import { type Issue, issue } from '../../dossier/issue.ts';

/** Numbers in rows, or undefined when the text holds anything else. */
export function parseRows(text: string): number[][] | undefined {
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/[\s,]+/).map((word) => (/^nan$/i.test(word) ? Number.NaN : Number(word))));
  const numeric = rows
    .flat()
    .every((value, _index, all) => all.length > 0 && (Number.isNaN(value) || Number.isFinite(value)));
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const broken = words.some((word) => !/^nan$/i.test(word) && Number.isNaN(Number(word)));
  return rows.length > 0 && numeric && !broken ? rows : undefined;
}

export interface Gradients {
  /** s/mm2, one a volume. */
  bval: number[];
  /** Unit vectors in the image's axes as FSL defines them; [0, 0, 0] where the file had none. */
  bvec: number[][];
}

/**
 * Joins b-values and directions to the volumes of an image. `bvec` may have three rows (FSL) or three columns.
 * Directions that are not finite become 0 with an issue: tools write NaN where there is no gradient.
 * Without one direction and one b-value for each volume there is no gradient table - but one entry fewer than volumes is
 * kept with a warning: scanners append a computed map to their series, and converters may keep it.
 */
export function joinGradients(
  bvalRows: number[][],
  bvecRows: number[][],
  volumes: number,
): { gradients?: Gradients; issues: Issue[] } {
  const issues: Issue[] = [];
  const bval = bvalRows.flat();
  const byRow = bvecRows.length === 3 && bvecRows.every((row) => row.length === bvecRows[0]!.length);
  const byColumn = bvecRows.every((row) => row.length === 3);
  const bvec = byRow
    ? bvecRows[0]!.map((_, index) => bvecRows.map((row) => row[index]!))
    : byColumn
      ? bvecRows.map((row) => [...row])
      : [];
  const remedy = 'Use the bval and bvec files that were written together with this image.';
  const isOneShort = volumes > 2 && bval.length === volumes - 1 && bvec.length === volumes - 1;
  if (!isOneShort && (bval.length !== volumes || bvec.length !== volumes)) {
    const message = `${volumes} volumes, but ${bval.length} b-values and ${bvec.length} directions: the gradients are not used.`;
    return { issues: [issue('error', 'gradients-count-mismatch', message, { remedy })] };
  }
  if (bval.some((value) => !(value >= 0 && Number.isFinite(value)))) {
    const message = 'A b-value is negative or not a number: the gradients are not used.';
    return { issues: [issue('error', 'bval-invalid', message, { remedy })] };
  }
  if (isOneShort) {
    const message = `${volumes} volumes, but ${bval.length} b-values and directions: the last volume may be a map that the scanner appended.`;
    issues.push(issue('warning', 'gradients-one-short', message, { remedy }));
  }
  const broken = bvec.flatMap((vector, index) => (vector.every(Number.isFinite) ? [] : [index]));
  for (const index of broken) bvec[index] = [0, 0, 0];
  if (broken.length > 0) {
    const weighted = broken.filter((index) => bval[index]! > 50);
    const message =
      weighted.length > 0
        ? `Volumes ${weighted.map((index) => index + 1).join(', ')} (counted from 1) are diffusion-weighted but have no direction.`
        : `${broken.length} directions without weighting are not numbers; they are read as 0.`;
    issues.push(issue(weighted.length > 0 ? 'warning' : 'info', 'bvec-not-finite', message, { remedy }));
  }
  return { gradients: { bval, bvec }, issues };
}

/** b-values without directions, as trace series have them: one a volume, or undefined. */
export function bValuesAlone(bvalRows: number[][], volumes: number): number[] | undefined {
  const bval = bvalRows.flat();
  return bval.length === volumes && bval.every((value) => value >= 0 && Number.isFinite(value)) ? bval : undefined;
}
