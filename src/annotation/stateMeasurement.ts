import type { Dossier } from '../dossier/analysis.ts';
import { contentId } from '../dossier/canonical.ts';
import { Entry } from '../dossier/entry.ts';
import type { ImageHandle } from '../dossier/image.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { numberForReader } from '../dossier/words.ts';
import { MeasurementContent } from './contents.ts';
import { measureGeometry, sliceOf } from './geometry.ts';
import { MeasureRequest } from './requests.ts';
import { contourMask, roiStatistics } from './roi.ts';
import { imageIn, invalidRequest, type Refused, type Stated, supersedable } from './statements.ts';

/** What follows from the points and the image. */
export type Measured = Pick<MeasurementContent, 'slice' | 'value' | 'unit' | 'longAxisMm' | 'stats'>;

/**
 * Measures on an image. `image`: where nothing was scanned its values are not numbers (voxels/missingSlices.ts).
 * Refused: `frame-unknown`, `points-outside-image`, `points-off-plane`, `roi-without-plane`, `region-empty` and what
 * `measureGeometry` refuses.
 */
export async function measureOn(
  image: ImageHandle,
  { measure, points, plane, frame }: Pick<MeasurementContent, 'measure' | 'points' | 'plane' | 'frame'>,
): Promise<Measured | Refused> {
  const { grid } = image;
  if (frame >= grid.shape[3])
    return refuse('frame-unknown', `The image has ${grid.shape[3]} time points; there is no number ${frame}.`);
  const placed = sliceOf(points, grid, plane);
  if ('refused' in placed) return placed;
  const { slice } = placed;
  if (measure !== 'roi-statistics') {
    const found = measureGeometry(measure, points);
    if ('refused' in found) return found;
    const { longAxisMm, ...geometry } = found;
    // Without the size of a pixel a point lies at its pixel's number.
    const inPixels = image.metadata['lengthBasis'] === 'pixels' && geometry.unit === 'mm';
    if (inPixels) return { ...(slice && { slice }), ...geometry, unit: '{pixels}' };
    return { ...(slice && { slice }), ...found };
  }
  if (!slice) return refuse('roi-without-plane', 'A region is drawn in a plane of the image.');
  if (points.length < 3) return refuse('points-wrong-count', 'A region has three corners or more.');
  const stats = await roiStatistics(image, contourMask(points, grid, slice), frame);
  return 'refused' in stats ? stats : { slice, value: stats.mean, unit: image.unit, stats };
}

/**
 * A measurement of one reader, as an entry of type `measurement`. The value is computed here; when the page showed another
 * one, `shown-value-differs` says both. Refused: `request-invalid`, `image-unknown`, `supersedes-invalid` and what
 * {@link measureOn} refuses.
 */
export async function stateMeasurement(
  request: MeasureRequest,
  image: ImageHandle,
  stated: Stated,
  dossier: Dossier,
): Promise<{ entries: Entry[]; issues: Issue[] } | Refused> {
  const parsed = MeasureRequest.safeParse(request);
  if (!parsed.success) return invalidRequest(parsed.error);
  const { shown, supersedes, text, ...drawn } = parsed.data;
  const unknown = imageIn(dossier, drawn.image, image);
  if (unknown) return { refused: unknown };
  const wrong = supersedable(dossier, supersedes, 'measurement', stated, (content) => {
    const { data } = MeasurementContent.safeParse(content);
    return data?.image === drawn.image && data.measure === drawn.measure;
  });
  if (wrong) return { refused: wrong };
  const measured = await measureOn(image, drawn);
  if ('refused' in measured) return measured;
  const content: MeasurementContent = { ...drawn, ...measured };
  const statement = {
    subject: dossier.subject.id,
    type: 'measurement' as const,
    ...stated,
    targets: [drawn.image],
    ...(text !== undefined && { text }),
    content,
    ...(supersedes !== undefined && { supersedes }),
  };
  const entry = Entry.parse({ kind: 'entry', id: contentId('entry', statement), ...statement });
  return { entries: [entry], issues: differing(shown, measured) };
}

/** What a page rounds to is no difference; more than 1 % and more than half a unit is. */
function differing(shown: number | undefined, { value, unit }: Measured): Issue[] {
  if (shown === undefined || Math.abs(shown - value) <= Math.max(0.5, 0.01 * Math.abs(value))) return [];
  const message = `The page showed ${numberForReader(shown, unit)}; from the points and the image follows ${numberForReader(value, unit)}, which is kept.`;
  return [issue('warning', 'shown-value-differs', message, { remedy: 'Look at the measurement again.' })];
}

function refuse(code: string, message: string): Refused {
  return { refused: issue('error', code, message, { remedy: 'Draw it again on the image.' }) };
}
