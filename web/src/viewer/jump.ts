import type { ImageView, RegionView } from '../../../src/server/api/images.ts';
import { call } from '../api/client.ts';
import { imageOverlay, regionOverlay } from './overlays.ts';
import { moveCursor, type Overlay, type PanelName, setPanel, type ViewerStore } from './state.ts';

/** Leads to a label of a label map, which is laid over the image if it is not yet. Throws `ApiError`. */
export async function jumpToLabel(
  store: ViewerStore,
  subject: string,
  panel: PanelName,
  map: ImageView,
  value: number,
): Promise<void> {
  const input = { params: { subject, record: map.id }, query: { label: value } };
  const [{ place }] = await Promise.all([call('images.centre', input), shownMap(store, subject, panel, map)]);
  setPanel(store, panel, { highlighted: { key: keyOf(store, panel, map), value } });
  moveCursor(store, panel, place.ras);
}

/** A label map that is the image itself needs none over it. */
function keyOf(store: ViewerStore, panel: PanelName, map: ImageView): string {
  return store.get().panels[panel].view?.id === map.id ? 'self' : `image:${map.id}`;
}

async function shownMap(store: ViewerStore, subject: string, panel: PanelName, map: ImageView): Promise<void> {
  const { view, overlays } = store.get().panels[panel];
  if (view?.id === map.id) return;
  const known = overlays.find(({ key }) => key === `image:${map.id}`);
  if (known) show(store, panel, { ...known, visible: true });
  else show(store, panel, await imageOverlay(subject, map));
}

/** Leads to a region of a contour set or segmentation. Throws `ApiError`. */
export async function jumpToRegion(
  store: ViewerStore,
  subject: string,
  panel: PanelName,
  region: RegionView,
): Promise<void> {
  const { view } = store.get().panels[panel];
  if (view === undefined) return;
  const input = { params: { subject, record: view.id }, query: { region: region.id } };
  const [{ place }, overlay] = await Promise.all([
    call('images.centre', input),
    regionOverlay(subject, view.id, region),
  ]);
  if (store.get().panels[panel].view?.id !== view.id) return;
  show(store, panel, overlay);
  setPanel(store, panel, { highlighted: { key: overlay.key, value: 1 } });
  moveCursor(store, panel, place.ras);
}

export async function toggleRegion(
  store: ViewerStore,
  subject: string,
  panel: PanelName,
  region: RegionView,
): Promise<void> {
  const { view, overlays } = store.get().panels[panel];
  if (view === undefined) return;
  const known = overlays.find(({ key }) => key === `region:${region.id}`);
  if (known) show(store, panel, { ...known, visible: !known.visible });
  else show(store, panel, await regionOverlay(subject, view.id, region));
}

/** Puts an overlay in its place, or on top. */
export function show(store: ViewerStore, panel: PanelName, overlay: Overlay): void {
  const { overlays } = store.get().panels[panel];
  const isThere = overlays.some(({ key }) => key === overlay.key);
  const next = isThere ? overlays.map((one) => (one.key === overlay.key ? overlay : one)) : [...overlays, overlay];
  setPanel(store, panel, { overlays: next });
}
