import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runOnImage } from '../brain/onOneImage.ts';
import { registration } from '../brain/registration.ts';
import { placesRole, registrationMeasures } from '../brain/registrationMeasures.ts';
import { segmentation } from '../brain/segmentation.ts';
import { headOf } from '../brain/target/headSurface.ts';
import { inT1, type OnScalp, onScalp } from '../brain/target/inT1.ts';
import type { Point } from '../brain/target/locate.ts';
import { readPlaces } from '../brain/target/places.ts';
import { runKind } from '../brain/target/rest.ts';
import type { TargetSettings } from '../brain/target/settings.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { Grid } from '../dossier/grid.ts';
import type { ImageHandle } from '../dossier/image.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import type { BlobAccess } from '../intake/format.ts';
import { openNifti } from '../intake/nifti/open.ts';
import { openImage } from '../intake/open.ts';
import type { Terminal } from './command.ts';
import { readSources } from './imageFiles.ts';
import { packsOf, t1Input } from './t1Input.ts';

/** A target in the T1 that was given, and above it on the scalp; or why there is none of either. */
export interface PlaceInT1 {
  native?: {
    xyzMm: Point;
    stretch: number | undefined;
    freeFormMm: number;
    /** Correlation of T1 and template; undefined where the places were read from files. */
    correlation: number | undefined;
    /** Conformed T1: where a mask is drawn. */
    grid: Grid;
    /** The DICOM series of the T1, whose frame of reference the coordinates are in. */
    series?: { source: Source; blobs: BlobAccess };
  };
  missing?: Issue;
  scalp?: OnScalp | { refused: Issue };
  /** Frame of the scalp points. */
  scalpSpace?: 'native T1' | 'MNI152';
  issues: Issue[];
}

/** What `idiograph brain` leaves in its folder. */
const [t1Name, placesName] = ['t1.nii.gz', 'template-places.nii.gz'];

/**
 * Lays a T1 (file, folder of DICOM, or the folder that `idiograph brain` wrote) on MNI152 and takes a target into it. A T1 that
 * is in MNI152 already gives the scalp there and no native coordinates.
 */
export async function placeInT1(
  path: string,
  target: Point,
  settings: TargetSettings,
  packsDirectory: string | undefined,
  terminal: Terminal,
): Promise<PlaceInT1> {
  const written = existsSync(path) && statSync(path).isDirectory() && existsSync(join(path, placesName));
  if (written) {
    const t1 = await niftiAt(join(path, t1Name));
    const places = await niftiAt(join(path, placesName));
    return placed(places.image, t1.image, target, settings, { says: path, correlation: undefined, issues: [] });
  }
  const input = await t1Input(path);
  const says = `${path} ${input.source.description ?? ''}`;
  if (runKind(input.source).inMni) {
    const { image } = input;
    const scalp = onScalp(headOf(await image.readVolume(0), image.grid), target, says, settings);
    const missing = issue(
      'info',
      't1-in-mni',
      'The T1 is in MNI152 already: coordinates in the T1 of the person are missing.',
      { place: path, remedy: 'Give the T1 as it was scanned (--t1).' },
    );
    return { missing, scalp, scalpSpace: 'MNI152', issues: input.issues };
  }
  const packs = await packsOf([...segmentation.packs, ...registration.packs], packsDirectory);
  const needed = ['meshnet-18', 'mni152'].filter((id) => !packs.has(id));
  if (needed.length > 0) {
    const missing = issue(
      'warning',
      'pack-missing',
      `The T1 could not be laid on MNI152, for ${needed.join(' and ')} ${needed.length > 1 ? 'are' : 'is'} not installed: coordinates in the T1 are missing.`,
      { remedy: needed.map((id) => `idiograph packs add ${id} --from DIR`).join('; ') },
    );
    return { missing, issues: input.issues };
  }
  const { findings, artifacts, issues } = await runOnImage(
    [segmentation, registration],
    input.source,
    input.image,
    packs,
    {
      signal: terminal.signal,
      progress(fraction, doing) {
        if (terminal.signal.aborted) throw new IdiographError('aborted', 'stopped');
        terminal.progress(`T1: ${doing ?? ''} ${Math.round(100 * fraction)} %`);
      },
    },
  );
  const all = [...input.issues, ...issues];
  const artifact = (role: string) => artifacts.find((one) => one.role === role);
  const [places, t1] = [artifact(placesRole), artifact('t1-conformed')];
  const fit = findings.find(({ measure }) => measure.code === registrationMeasures.correlation.code);
  if (!places || !t1) {
    const cause = [...(fit?.issues ?? []), ...all].find(({ severity }) => severity !== 'info');
    const missing = issue(
      'warning',
      'native-missing',
      `Coordinates in the T1 are missing: ${cause?.message ?? 'it could not be laid on MNI152.'}`,
      { place: path, ...(cause?.remedy && { remedy: cause.remedy }) },
    );
    return { missing, issues: all };
  }
  const open = (one: { bytes: Uint8Array; fileName: string }) =>
    openNifti({ id: one.fileName, blob: one.fileName, path: one.fileName }, { bytes: async () => one.bytes });
  const correlation = fit?.value.type === 'quantity' ? fit.value.value : undefined;
  const found = await placed(await open(places), await open(t1), target, settings, {
    says,
    correlation,
    issues: [...all, ...places.issues],
  });
  const { source, blobs } = input;
  return source.format === 'dicom-series' && found.native
    ? { ...found, native: { ...found.native, series: { source, blobs } } }
    : found;
}

async function placed(
  places: ImageHandle,
  t1: ImageHandle,
  target: Point,
  settings: TargetSettings,
  { says, correlation, issues }: { says: string; correlation: number | undefined; issues: Issue[] },
): Promise<PlaceInT1> {
  const found = inT1(
    await readPlaces(places),
    { grid: t1.grid, values: await t1.readVolume(0) },
    target,
    says,
    settings,
  );
  if ('refused' in found) return { missing: found.refused, issues };
  const { scalp, ...native } = found;
  return { native: { ...native, correlation, grid: t1.grid }, scalp, scalpSpace: 'native T1', issues };
}

async function niftiAt(path: string): Promise<{ image: ImageHandle }> {
  const { sources, blobs } = await readSources(path);
  const source = sources.find((one) => one.source.format === 'nifti')?.source;
  if (!source)
    throw new IdiographError('unsupported', `${path} is not a NIfTI image`, {
      remedy: 'Give the folder that idiograph brain wrote.',
    });
  return { image: await openImage(source, blobs) };
}
