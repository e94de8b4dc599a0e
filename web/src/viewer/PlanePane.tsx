import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { drawPlane, type Volume } from '../../../src/display/drawPlane.ts';
import { type Convention, type Plane, planeFrame, sideLetters } from '../../../src/display/planes.ts';
import { apply, invert, type Vector } from '../../../src/voxels/affine.ts';
import { useViewer } from './context.ts';
import { fitMm, frameOf, type PaneGeometry, paneGeometry, toPixel } from './geometry.ts';
import { paneKeys } from './keys.ts';
import { layersOf } from './layers.ts';
import { DraftMark, Measurements } from './Marks.tsx';
import type { Draft } from './measuring.ts';
import { panePointers } from './pointer.ts';
import type { PanelName } from './state.ts';
import { useStore } from './store.ts';
import { lengthUnit, shortNumber } from './words.ts';

/** Pixels that are computed for one pane at most; more are stretched by the browser. */
const mostPixels = 800_000;
/** In a narrower pane the name of the plane stands above the scale bar, not beside it. */
const roomForBoth = 220;

/** A picture of a mosaic: its number, and how many there are. */
interface Tile {
  number: number;
  of: number;
}

/** One plane of a panel's image with everything on it; as a tile of a mosaic, a slice near the cursor. */
export function PlanePane({ panel, plane, tile }: { panel: PanelName; plane: Plane; tile?: Tile }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const { store, drawing } = viewer;
  const state = useStore(store, ({ panels }) => panels[panel]);
  const other = useStore(store, ({ panels, linked }) =>
    linked ? panels[panel === 'a' ? 'b' : 'a'].volume : undefined,
  );
  const {
    convention: wanted,
    tool,
    crosshair,
    shown,
  } = useStore(store, ({ convention, tool, crosshair, shown }) => ({
    convention,
    tool,
    crosshair,
    shown,
  }));
  const drawn = useStore(drawing, (one) => ({ image: one.image, changes: one.changes, labels: one.labels }));
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [draft, setDraftState] = useState<Draft>();
  const draftNow = useRef<Draft>(undefined);

  useLayoutEffect(() => {
    const element = box.current!;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const { volume, cursor, pan, zoom } = state;
  // What has no sides is shown as it is stored: turned round it would look like the other side.
  const convention = state.view?.placed === false ? 'radiological' : wanted;
  const { number, of: count = 1 } = tile ?? {};
  // Tiles are slices of the scan.
  const straight = state.straight && number === undefined;
  const view = useMemo((): PaneGeometry | undefined => {
    if (volume === undefined || size.width < 8 || size.height < 8) return undefined;
    // Linked panels share a scale, so that a structure has the same size in both.
    const fits = [volume, other].flatMap((one) =>
      one ? [fitMm(one, frameOf(one, plane, convention, straight), size.width, size.height)] : [],
    );
    const moved = number === undefined ? cursor : pointOfTile(volume, plane, convention, cursor, { number, of: count });
    if (moved === undefined) return undefined;
    return paneGeometry({ volume, cursor: moved, pan, zoom, straight }, plane, convention, {
      ...size,
      fit: Math.max(...fits),
    });
  }, [volume, other, cursor, pan, zoom, straight, plane, convention, size, number, count]);

  const now = useRef(view);
  now.current = view;
  const pane = useRef({ viewer, panel, plane });
  pane.current = { viewer, panel, plane };
  const handlers = useMemo(() => {
    const get = () => ({
      ...pane.current,
      view: () => now.current,
      draft: () => draftNow.current,
      setDraft: (next: Draft | undefined) => {
        draftNow.current = next;
        setDraftState(next);
      },
    });
    return { ...panePointers(get), ...paneKeys(get) };
  }, []);
  useEffect(() => {
    const element = box.current!;
    // React listens passively to wheels; this one keeps the page from scrolling.
    element.addEventListener('wheel', handlers.onWheel, { passive: false });
    return () => element.removeEventListener('wheel', handlers.onWheel);
  }, [handlers]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tool ends what was begun with the last one
  useEffect(() => {
    draftNow.current = undefined;
    setDraftState(undefined);
  }, [tool]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` says that the map behind the drawing has changed
  useEffect(() => {
    if (view === undefined) return;
    const frame = requestAnimationFrame(() => {
      if (canvas.current) paint(canvas.current, layersOf(state, drawing.get()), view);
    });
    return () => cancelAnimationFrame(frame);
  }, [view, state, drawn]);

  const name = state.view?.placed === false ? t('images.image') : t(`images.plane.${plane}`);
  const letters = view && sideLetters(view);
  const point = view && toPixel(view, cursor);
  const mine = viewer.measurements.filter(
    ({ image, reader, frame }) =>
      image === state.view?.id && shown.measurements && shown.readers.includes(reader) && frame === state.frame,
  );
  return (
    <div
      ref={box}
      className={`pane tool-${tool}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a picture that is worked with by keyboard
      tabIndex={0}
      role="application"
      aria-roledescription={t('images.pane')}
      aria-label={`${name}, ${view?.slice ? t('images.sliceOf', { index: view.slice.index + 1, count: view.slice.count }) : ''}`}
      data-plane={plane}
      data-panel={panel}
      onPointerDown={handlers.onPointerDown}
      onPointerMove={handlers.onPointerMove}
      onPointerUp={handlers.onPointerUp}
      onPointerCancel={handlers.onPointerCancel}
      onDoubleClick={handlers.onDoubleClick}
      onContextMenu={handlers.onContextMenu}
      onKeyDown={handlers.onKeyDown}
      onKeyUp={handlers.onKeyUp}
    >
      <canvas ref={canvas} />
      {view && letters && point ? (
        <svg width={size.width} height={size.height} aria-hidden="true">
          {crosshair && Math.abs(point.offMm) <= view.frame.stepMm / 2 && tool !== 'brush' && tool !== 'eraser' ? (
            <Cross x={point.x} y={point.y} view={view} />
          ) : null}
          <Measurements view={view} measurements={mine} chosen={viewer.chosen} lengths={state.view?.lengths} />
          {draft ? <DraftMark view={view} draft={draft} lengths={state.view?.lengths} /> : null}
          {state.view?.placed === false ? null : <Letters letters={letters} width={size.width} height={size.height} />}
          <text x={6} y={size.height - (size.width < roomForBoth ? 30 : 8)} className="small">
            {name} {view.slice ? `${view.slice.index + 1}/${view.slice.count}` : ''}
          </text>
          <ScaleBar view={view} unit={lengthUnit('mm', state.view?.lengths)} />
        </svg>
      ) : null}
    </div>
  );
}

/**
 * The cursor moved into the slice of a tile: evenly spread slices around the cursor that reach over as much of the image as
 * there are tiles for. Undefined where there are fewer slices than tiles.
 */
function pointOfTile(
  volume: Volume,
  plane: Plane,
  convention: Convention,
  cursor: Vector,
  { number, of }: Tile,
): Vector | undefined {
  const { axis } = planeFrame(volume.affineRas, plane, convention);
  const slices = volume.shape[axis!.index]!;
  const step = Math.max(1, Math.floor(slices / of));
  const index = [...apply(invert(volume.affineRas), cursor)] as [number, number, number];
  const here = Math.round(index[axis!.index]);
  const first = Math.max(0, Math.min(slices - 1 - (of - 1) * step, here - Math.floor(of / 2) * step));
  const slice = first + number * step;
  if (slice >= slices) return undefined;
  index[axis!.index] = slice;
  return apply(volume.affineRas, index);
}

function paint(canvas: HTMLCanvasElement, layers: ReturnType<typeof layersOf>, view: PaneGeometry): void {
  const wanted = Math.min(2, window.devicePixelRatio || 1);
  const factor = Math.min(wanted, Math.sqrt(mostPixels / (view.width * view.height)));
  const width = Math.max(1, Math.round(view.width * factor));
  const height = Math.max(1, Math.round(view.height * factor));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(width, height);
  drawPlane(layers, { ...view, width, height, mmPerPixel: (view.mmPerPixel * view.width) / width }, image.data);
  context.putImageData(image, 0, 0);
}

function Cross({ x, y, view }: { x: number; y: number; view: PaneGeometry }) {
  const gap = 8;
  return (
    <g className="cross">
      <path d={`M0 ${y}H${x - gap}M${x + gap} ${y}H${view.width}M${x} 0V${y - gap}M${x} ${y + gap}V${view.height}`} />
    </g>
  );
}

function Letters({
  letters,
  width,
  height,
}: {
  letters: ReturnType<typeof sideLetters>;
  width: number;
  height: number;
}) {
  return (
    <g className="letters">
      <text x={6} y={height / 2 + 5}>
        {letters.left}
      </text>
      <text x={width - 6} y={height / 2 + 5} textAnchor="end">
        {letters.right}
      </text>
      <text x={width / 2} y={18} textAnchor="middle">
        {letters.top}
      </text>
      <text x={width / 2} y={height - 8} textAnchor="middle">
        {letters.bottom}
      </text>
    </g>
  );
}

function ScaleBar({ view, unit }: { view: PaneGeometry; unit: string }) {
  const lengthMm = [100, 50, 20, 10, 5, 2, 1].find((mm) => mm / view.mmPerPixel <= view.width / 4) ?? 1;
  const pixels = lengthMm / view.mmPerPixel;
  const x = view.width - 12 - pixels;
  const y = view.height - 8;
  return (
    <g className="scale">
      <path d={`M${x} ${y - 4}V${y}H${x + pixels}V${y - 4}`} />
      <text x={x + pixels} y={y - 8} textAnchor="end" className="small">
        {shortNumber(lengthMm)} {unit}
      </text>
    </g>
  );
}
