import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft } from '../format.ts';
import { contrastOf } from './contrast.ts';
import { datatypeByName } from './datatypes.ts';
import { bValuesAlone, joinGradients } from './gradients.ts';
import { voxelCount } from './header.ts';
import { appliesTo } from './inherit.ts';
import { type NiftiPiece, stemOf } from './piece.ts';
import { acquiredAt, claimOf } from './sidecar.ts';

type Found<K extends NiftiPiece['kind']> = { path: string; stem: string; piece: Extract<NiftiPiece, { kind: K }> };

/** Groups images with the voxels, sidecars and gradients that bear their name. */
export function assemble(pieces: { path: string; piece: NiftiPiece }[]): { drafts: Draft[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const used = new Set<string>();
  const ofKind = <K extends NiftiPiece['kind']>(kind: K) =>
    pieces.flatMap(({ path, piece }) => (piece.kind === kind ? [{ path, stem: stemOf(path), piece } as Found<K>] : []));
  const others = { voxels: ofKind('voxels'), sidecars: ofKind('sidecar'), gradients: ofKind('gradients') };
  const drafts: Draft[] = [];
  for (const image of ofKind('image')) {
    const draft = assembleImage(image, others);
    if ('refused' in draft) {
      issues.push(draft.refused);
      for (const path of draft.files) used.add(path);
      continue;
    }
    for (const path of draft.files) used.add(path);
    drafts.push(draft);
  }
  for (const { path, piece } of pieces) {
    if (used.has(path)) continue;
    const message = `No image goes with this ${{ voxels: 'voxel file', sidecar: 'sidecar', gradients: 'gradient table', image: 'header' }[piece.kind]}.`;
    const remedy = 'Put it beside its image, under the same name.';
    issues.push(issue('warning', 'image-part-alone', message, { place: path, remedy }));
  }
  return { drafts, issues };
}

function assembleImage(
  image: Found<'image'>,
  others: { voxels: Found<'voxels'>[]; sidecars: Found<'sidecar'>[]; gradients: Found<'gradients'>[] },
): Draft | { refused: Issue; files: string[] } {
  const { header } = image.piece;
  const issues: Issue[] = [];
  const files = [image.path];
  if (header.pair) {
    const voxels = others.voxels.find(({ stem }) => stem === image.stem);
    const needed = header.offset + voxelCount(header) * datatypeByName(header.datatype).bytes;
    const place = image.path;
    const remedy = 'Copy the .img file that belongs to this .hdr beside it.';
    if (!voxels) {
      return {
        refused: issue('error', 'nifti-pair-incomplete', 'The .img file is missing.', { place, remedy }),
        files,
      };
    }
    files.push(voxels.path);
    if (!voxels.piece.packed && voxels.piece.bytes < needed) {
      const message = `The .img file has ${voxels.piece.bytes} bytes; the header states ${needed}.`;
      return { refused: issue('error', 'nifti-truncated', message, { place, remedy }), files };
    }
  }

  // From the most general to the most particular, so that the nearest value holds.
  const sidecars = others.sidecars
    .filter(({ stem }) => appliesTo(stem, image.stem))
    .sort((a, b) => a.stem.split('/').length - b.stem.split('/').length || (a.stem.length < b.stem.length ? -1 : 1));
  const keys = Object.assign({}, ...sidecars.map(({ piece }) => piece.keys)) as Record<string, unknown>;
  files.push(...sidecars.map(({ path }) => path));

  const tables = others.gradients.filter(({ stem }) => appliesTo(stem, image.stem));
  const bval = tables.filter(({ path }) => /\.bvals?$/i.test(path)).at(-1);
  const bvec = tables.filter(({ path }) => /\.bvecs?$/i.test(path)).at(-1);
  const metadata = { ...header.fields, ...keys } as Draft['source']['metadata'];
  if (bval && bvec) {
    const joined = joinGradients(bval.piece.rows, bvec.piece.rows, header.grid.shape[3]);
    issues.push(...joined.issues);
    if (joined.gradients) Object.assign(metadata, joined.gradients);
  } else if (bval ?? bvec) {
    const alone = bval && bValuesAlone(bval.piece.rows, header.grid.shape[3]);
    if (alone) metadata['bval'] = alone;
    const message = alone
      ? 'The bvec file is missing: the b-values are used, and no direction is known.'
      : `The ${bval ? 'bvec' : 'bval'} file is missing: the gradients are not used.`;
    const remedy = 'Copy both files beside the image.';
    issues.push(issue(alone ? 'warning' : 'error', 'gradients-incomplete', message, { remedy }));
  }
  for (const table of [bval, bvec]) if (table) files.push(table.path);

  const { modality, contrast, issues: doubts } = contrastOf(image.stem, keys, header.fields);
  const claim = claimOf(keys);
  const at = acquiredAt(keys);
  const description = [keys['SeriesDescription'], keys['ProtocolName'], header.fields['descrip']].find(
    (one): one is string => typeof one === 'string' && one.trim() !== '',
  );
  const bodyPart = keys['BodyPartExamined'] ?? keys['BodyPart'];
  return {
    ...(claim && { claim }),
    source: {
      format: 'nifti',
      locator: {},
      path: image.path,
      modality,
      ...(contrast && { contrast }),
      ...(at && { acquiredAt: at }),
      ...(typeof bodyPart === 'string' && { bodyPart }),
      ...(description && { description }),
      metadata,
      issues: [...issues, ...doubts],
    },
    files,
    facts: [],
    regions: [],
  };
}
