import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Limits } from '../format.ts';
import { type DatatypeName, datatypeByCode, refusedDatatypes } from './datatypes.ts';
import { chooseAffine } from './forms.ts';
import { niftiKind } from './sniff.ts';

/** What a NIfTI-1 or NIfTI-2 header says, ready to read voxels with. Plain data. */
export interface NiftiHeader {
  version: 1 | 2;
  littleEndian: boolean;
  /** `.hdr` of a pair: voxels lie in another file. */
  pair: boolean;
  datatype: DatatypeName;
  /** Byte at which voxels begin. */
  offset: number;
  slope: number;
  intercept: number;
  grid: Grid;
  /** Header fields under their names in nifti1.h. */
  fields: Record<string, number | string | number[]>;
}

/** Voxels of the whole image, all time points. */
export function voxelCount({ grid }: Pick<NiftiHeader, 'grid'>): number {
  return grid.shape.reduce((product, length) => product * length, 1);
}

/** Field offsets of both versions and how to read them: the same names, other places and widths. */
function reader(head: Uint8Array, version: 1 | 2, little: boolean) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const f32 = (offset: number) => view.getFloat32(offset, little);
  const f64 = (offset: number) => view.getFloat64(offset, little);
  const i64 = (offset: number) => Number(view.getBigInt64(offset, little));
  const i16 = (offset: number) => view.getInt16(offset, little);
  const i32 = (offset: number) => view.getInt32(offset, little);
  const list = (count: number, one: (index: number) => number) =>
    Array.from({ length: count }, (_, index) => one(index));
  const text = (offset: number, length: number) => {
    const bytes = head.subarray(offset, offset + length);
    const end = bytes.indexOf(0);
    return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
  };
  return version === 1
    ? {
        dim: list(8, (n) => i16(40 + 2 * n)),
        datatype: i16(70),
        pixdim: list(8, (n) => f32(76 + 4 * n)),
        vox_offset: f32(108),
        scl_slope: f32(112),
        scl_inter: f32(116),
        xyzt_units: head[123]!,
        cal_max: f32(124),
        cal_min: f32(128),
        intent_code: i16(68),
        intent_name: text(328, 16),
        descrip: text(148, 80),
        qform_code: i16(252),
        sform_code: i16(254),
        quatern: list(6, (n) => f32(256 + 4 * n)),
        srow: list(12, (n) => f32(280 + 4 * n)),
        pair: head[345] === 0x69,
      }
    : {
        dim: list(8, (n) => i64(16 + 8 * n)),
        datatype: i16(12),
        pixdim: list(8, (n) => f64(104 + 8 * n)),
        vox_offset: i64(168),
        scl_slope: f64(176),
        scl_inter: f64(184),
        xyzt_units: i32(500),
        cal_max: f64(192),
        cal_min: f64(200),
        intent_code: i32(504),
        intent_name: text(508, 16),
        descrip: text(240, 80),
        qform_code: i32(344),
        sform_code: i32(348),
        quatern: list(6, (n) => f64(352 + 8 * n)),
        srow: list(12, (n) => f64(400 + 8 * n)),
        pair: head[5] === 0x69,
      };
}

const mend = 'Export or convert the image again.';

/**
 * Parses a header of at least 348 (NIfTI-1) or 540 (NIfTI-2) bytes. Everything is checked before anybody asks for memory.
 * Source: nifti1.h, nifti2.h (NIfTI Data Format Working Group).
 */
export function parseHeader(
  head: Uint8Array,
  limits: Pick<Limits, 'voxels'>,
): { header: NiftiHeader; issues: Issue[] } | { refused: Issue } {
  const kind = niftiKind(head);
  if (kind === undefined) return refuse('nifti-header-invalid', 'The header is not NIfTI.', mend);
  if (kind.version === 'analyze') {
    const message = 'ANALYZE 7.5 does not say which side is left.';
    return refuse('analyze-unsupported', message, 'Convert it to NIfTI with a tool that knows its orientation.');
  }
  const raw = reader(head, kind.version, kind.littleEndian);
  const issues: Issue[] = [];

  const [rank, ...lengths] = raw.dim as [number, ...number[]];
  if (rank < 1 || rank > 7) return refuse('nifti-dimensions-invalid', `dim[0] is ${rank}.`, mend, 'dim[0]');
  const shape = lengths.map((length, index) => (index < rank ? length : 1));
  const bad = shape.findIndex((length) => !(length >= 1 && Number.isSafeInteger(length)));
  if (bad >= 0) {
    return refuse('nifti-dimensions-invalid', `dim[${bad + 1}] is ${shape[bad]}.`, mend, `dim[${bad + 1}]`);
  }
  const count = shape.reduce((product, length) => product * length, 1);
  if (count > limits.voxels) {
    const message = `The header states ${shape.join(' x ')} voxels; at most ${limits.voxels} are read.`;
    return refuse('nifti-too-large', message, 'Crop or split the image, or raise limits.voxels.', 'dim');
  }
  const frames = shape.slice(3).reduce((product, length) => product * length, 1);
  if (frames > shape[3]!) {
    const message = `Dimensions beyond the fourth (${shape.slice(4).join(' x ')}) are read as further time points.`;
    issues.push(issue('info', 'nifti-higher-dimensions', message, { place: 'dim' }));
  }

  const datatype = datatypeByCode(raw.datatype);
  if (datatype === undefined) {
    const name = refusedDatatypes[raw.datatype];
    const message = name ? `Voxels are ${name}, not one number each.` : `The datatype ${raw.datatype} is unknown.`;
    return refuse('nifti-datatype-unsupported', message, 'Convert the image to int16 or float32.', 'datatype');
  }

  let offset = raw.vox_offset;
  const least = raw.pair ? 0 : kind.version === 1 ? 352 : 544;
  if (!raw.pair && offset === 0) {
    issues.push(issue('info', 'nifti-offset-zero', `vox_offset is 0; voxels are taken to begin at byte ${least}.`));
    offset = least;
  }
  if (!(Number.isSafeInteger(offset) && offset >= least)) {
    return refuse('nifti-offset-invalid', `vox_offset is ${raw.vox_offset}.`, mend, 'vox_offset');
  }

  // nifti1.h: a slope of 0 means "no scaling"; NaN and infinity are written by some tools for the same.
  const scaled = Number.isFinite(raw.scl_slope) && raw.scl_slope !== 0;
  let intercept = scaled ? raw.scl_inter : 0;
  if (!Number.isFinite(intercept)) {
    const message = `scl_inter is ${raw.scl_inter}; it is taken as 0.`;
    issues.push(issue('warning', 'nifti-intercept-invalid', message, { place: 'scl_inter', remedy: mend }));
    intercept = 0;
  }

  const placed = chooseAffine(raw, [shape[0]!, shape[1]!, shape[2]!]);
  if ('refused' in placed) return placed;
  issues.push(...placed.issues);

  const timeUnit = { 8: 1, 16: 1e-3, 24: 1e-6 }[raw.xyzt_units & 0x38];
  const step = raw.pixdim[4]!;
  const repetitionTimeS = frames > 1 && timeUnit !== undefined && step > 0 ? roundTime(step * timeUnit) : undefined;
  const finite = (value: number) => (Number.isFinite(value) ? value : String(value));
  return {
    header: {
      version: kind.version,
      littleEndian: kind.littleEndian,
      pair: raw.pair,
      datatype: datatype.name,
      offset,
      slope: scaled ? raw.scl_slope : 1,
      intercept,
      grid: {
        shape: [shape[0]!, shape[1]!, shape[2]!, frames],
        affineRas: placed.affineRas,
        ...(repetitionTimeS !== undefined && { repetitionTimeS }),
      },
      fields: {
        dim: raw.dim,
        datatype: raw.datatype,
        pixdim: raw.pixdim.map((value) => (Number.isFinite(value) ? value : 0)),
        scl_slope: finite(raw.scl_slope),
        scl_inter: finite(raw.scl_inter),
        qform_code: raw.qform_code,
        sform_code: raw.sform_code,
        xyzt_units: raw.xyzt_units,
        intent_code: raw.intent_code,
        ...(raw.intent_name && { intent_name: raw.intent_name }),
        ...(raw.descrip && { descrip: raw.descrip }),
      },
    },
    issues,
  };
}

/** float32 milliseconds leave noise in the eighth digit: 2.5 s shall be 2.5. */
function roundTime(seconds: number): number {
  return Number(seconds.toPrecision(7));
}

function refuse(code: string, message: string, remedy: string, place?: string): { refused: Issue } {
  return { refused: issue('error', code, message, { remedy, ...(place && { place }) }) };
}
