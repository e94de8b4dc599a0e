import { robustWindow } from '../../../src/display/windows.ts';
import type { AnnotationView } from '../../../src/server/api/annotations.ts';
import type { ImageView, LabelView, RegionView } from '../../../src/server/api/images.ts';
import { call } from '../api/client.ts';
import { colorOf } from './layers.ts';
import { loadRegion, loadVolume } from './loadVolume.ts';
import type { Overlay } from './state.ts';
import { regionWords, unitWords } from './words.ts';

const never = new AbortController().signal;
const plain = {
  visible: true,
  colormap: 'hot' as const,
  threshold: undefined,
  outline: false,
  hidden: [],
  scale: 1,
  unit: '',
};

/** Another image over the one that is shown: a map in colour, or labels with their names. Throws `ApiError`. */
export async function imageOverlay(subject: string, image: ImageView): Promise<Overlay> {
  const volume = await loadVolume(subject, image.id, undefined, { signal: never, progress: () => {} });
  const base = { ...plain, key: `image:${image.id}`, id: image.id, title: image.title, volume };
  if (image.type === 'labelmap') {
    const known = image.labels.length > 0 ? image.labels : await unnamedLabels(subject, image.id);
    const labels = known.map(({ value, name, color, findings }) => ({
      ...{ value, name: regionWords(name), findings },
      color: colorOf(value, color),
    }));
    return { ...base, type: 'labels', opacity: 0.4, window: [0, 1], labels };
  }
  const isPet = image.modality === 'PT' || image.modality === 'NM';
  const window = image.window ?? robustWindow(volume.values, volume.slope, volume.intercept);
  // What is below a tenth of the window would only darken the image under it.
  const threshold: Overlay['threshold'] = [window[0] + 0.1 * (window[1] - window[0]), Number.POSITIVE_INFINITY];
  const isMap = image.role?.endsWith('-map') === true;
  const colormap = isPet
    ? 'hot'
    : isMap
      ? 'viridis'
      : image.modality === 'CT' || image.modality === 'MR'
        ? 'grey'
        : 'viridis';
  return {
    ...base,
    type: 'scalar',
    opacity: 0.5,
    window,
    colormap,
    // A PET is read as uptake, whatever unit its file has.
    ...(isPet && image.suvFactor !== undefined
      ? { scale: image.suvFactor, unit: 'SUV' }
      : { unit: unitWords(image.unit) }),
    // Outside its mask a map holds 0.
    threshold: isPet ? threshold : isMap ? [Number.MIN_VALUE, Number.POSITIVE_INFINITY] : undefined,
    labels: [],
  };
}

/** Labels of a file that gives them no names. */
async function unnamedLabels(subject: string, record: string): Promise<LabelView[]> {
  const { places } = await call('images.labels', { params: { subject, record } });
  return places.map(({ value }) => ({ value, name: `# ${value}`, findings: [] }));
}

/** A region of a contour set or segmentation over an image. */
export async function regionOverlay(subject: string, image: string, region: RegionView): Promise<Overlay> {
  const volume = await loadRegion(subject, image, region.id, never);
  const labels = [{ value: 1, name: region.label, color: colorOf(1, region.color), findings: region.findings }];
  return {
    ...plain,
    key: `region:${region.id}`,
    id: region.id,
    title: region.label,
    volume,
    type: 'labels',
    opacity: 0.45,
    window: [0, 1],
    labels,
  };
}

/** What a reader drew over the image that it was drawn on. */
export async function annotationOverlay(subject: string, annotation: AnnotationView, color: string): Promise<Overlay> {
  const volume = await loadRegion(subject, annotation.image, annotation.entry, never);
  const title = `${annotation.region} (${annotation.reader})`;
  const labels = [{ value: 1, name: title, color: colorOf(1, color), findings: [] }];
  return {
    ...plain,
    key: `entry:${annotation.entry}`,
    id: annotation.entry,
    title,
    volume,
    type: 'labels',
    outline: true,
    opacity: 0.6,
    window: [0, 1],
    labels,
  };
}
