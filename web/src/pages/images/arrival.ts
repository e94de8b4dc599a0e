import { useEffect, useRef } from 'react';
import type { AnnotationView } from '../../../../src/server/api/annotations.ts';
import type { ImageView, RegionView } from '../../../../src/server/api/images.ts';
import { useViewer } from '../../viewer/context.ts';
import type { Visit } from '../../viewer/ImageSelect.tsx';
import { jumpToLabel, jumpToRegion, show } from '../../viewer/jump.ts';
import type { ImagesPlace } from '../../viewer/link.ts';
import { annotationOverlay, imageOverlay } from '../../viewer/overlays.ts';
import { moveCursor } from '../../viewer/state.ts';
import { useStore } from '../../viewer/store.ts';

/** The image that an address asks for; else the newest one, a scan before what was made of it. */
export function imageToShow(
  asked: string | undefined,
  ofRegion: string | undefined,
  images: readonly ImageView[],
  visits: readonly Visit[],
): string | undefined {
  const wanted = images.find(({ id }) => id === asked);
  // A label map is looked at over the image that it was made of.
  if (wanted?.type === 'labelmap') return underOf(wanted, images)?.id ?? wanted.id;
  if (wanted) return wanted.id;
  if (ofRegion !== undefined) return ofRegion;
  const inOrder = visits.flatMap(({ modalities }) => modalities.flatMap(({ images: ids }) => ids));
  const known = inOrder.flatMap((id) => images.find((one) => one.id === id) ?? []);
  return (known.find(({ kind, shape }) => kind === 'source' && shape[2] > 1) ?? known[0])?.id;
}

/** The image under a label map: what it was made of, best with the same voxels. */
function underOf(map: ImageView, images: readonly ImageView[]): ImageView | undefined {
  const parents = images.filter(({ id, type }) => type === 'image' && map.derivedFrom.includes(id));
  return parents.find(({ shape }) => shape.every((length, axis) => length === map.shape[axis])) ?? parents[0];
}

/** Once the image is there, goes where the address points. */
export function useArrival(
  first: string | undefined,
  place: ImagesPlace,
  region: RegionView | undefined,
  drawn: AnnotationView | undefined,
  images: readonly ImageView[],
): void {
  const { store, subject } = useViewer();
  const ready = useStore(store, ({ panels }) => (panels.a.volume ? panels.a.view?.id : undefined));
  const done = useRef<string>(undefined);
  const key = `${first} ${place.at} ${place.region} ${place.label} ${place.image}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for all that the address says
  useEffect(() => {
    if (first === undefined || ready !== first || done.current === key) return;
    done.current = key;
    const map = images.find(({ id, type }) => id === place.image && type === 'labelmap');
    const arrive = async () => {
      if (map && place.label !== undefined) await jumpToLabel(store, subject, 'a', map, place.label);
      else if (map && map.id !== first) show(store, 'a', await imageOverlay(subject, map));
      if (region) await jumpToRegion(store, subject, 'a', region);
      else if (drawn) {
        const overlay = await annotationOverlay(subject, drawn, '#e69f00');
        show(store, 'a', overlay);
        if (drawn.box) moveCursor(store, 'a', middleOfBox(overlay.volume));
      }
      if (place.at) moveCursor(store, 'a', place.at);
    };
    // What the address names may be gone; the image itself is there.
    arrive().catch(() => undefined);
  }, [key, ready]);
}

function middleOfBox({ shape, affineRas: m }: { shape: readonly number[]; affineRas: readonly number[] }) {
  const [i, j, k] = shape.map((length) => Math.floor((length - 1) / 2)) as [number, number, number];
  return [0, 4, 8].map((row) => m[row]! * i + m[row + 1]! * j + m[row + 2]! * k + m[row + 3]!) as unknown as readonly [
    number,
    number,
    number,
  ];
}
