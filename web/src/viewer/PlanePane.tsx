import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { drawPlane } from '../../../src/server/volumes/display/drawPlane.ts';
import { type Plane, sideLetters } from '../../../src/server/volumes/display/planes.ts';
import { useViewer } from './context.ts';
import { fitMm, frameOf, type PaneGeometry, paneGeometry, toPixel } from './geometry.ts';
import { paneKeys } from './keys.ts';
import { layersOf } from './layers.ts';
import { DraftMark, Measurements } from './Marks.tsx';
import type { Draft } from './measuring.ts';
import { panePointers } from './pointer.ts';
import { type PanelName, setView } from './state.ts';
import { useStore } from './store.ts';
import { shortNumber } from './words.ts';

/** Pixels that are computed for one pane at most; more are stretched by the browser. */
const mostPixels = 800_000;

/** One plane of a panel's image with everything on it. */
export function PlanePane({ panel, plane, shift = 0 }: { panel: PanelName; plane: Plane; shift?: number }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const { store, drawing } = viewer;
  const state = useStore(store, ({ panels }) => panels[panel]);
  const other = useStore(store, ({ panels, linked }) =>
    linked ? panels[panel === 'a' ? 'b' : 'a'].volume : undefined,
  );
  const { convention, tool, crosshair, shown } = useStore(store, ({ convention, tool, crosshair, shown }) => ({
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

  const { volume, cursor, pan, zoom, straight } = state;
  const view = useMemo((): PaneGeometry | undefined => {
    if (volume === undefined || size.width < 8 || size.height < 8) return undefined;
    // Linked panels share a scale, so that a structure has the same size in both.
    const fits = [volume, other].flatMap((one) =>
      one ? [fitMm(one, frameOf(one, plane, convention, straight), size.width, size.height)] : [],
    );
    const moved = shift === 0 ? cursor : shifted(cursor, frameOf(volume, plane, convention, straight), shift);
    return paneGeometry({ volume, cursor: moved, pan, zoom, straight }, plane, convention, {
      ...size,
      fit: Math.max(...fits),
    });
  }, [volume, other, cursor, pan, zoom, straight, plane, convention, size, shift]);

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

  const name = t(`images.plane.${plane}`);
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
          {crosshair && shift === 0 && tool !== 'brush' && tool !== 'eraser' ? (
            <Cross x={point.x} y={point.y} view={view} />
          ) : null}
          <Measurements view={view} measurements={mine} chosen={viewer.chosen} />
          {draft ? <DraftMark view={view} draft={draft} /> : null}
          {state.view?.placed === false ? null : <Letters letters={letters} width={size.width} height={size.height} />}
          <text x={6} y={size.height - 8} className="small">
            {name} {view.slice ? `${view.slice.index + 1}/${view.slice.count}` : ''}
          </text>
          <ScaleBar view={view} />
        </svg>
      ) : null}
    </div>
  );
}

/** For mosaics: a plane some steps away from the cursor. */
function shifted(cursor: readonly [number, number, number], frame: ReturnType<typeof frameOf>, steps: number) {
  return [0, 1, 2].map(
    (axis) => cursor[axis]! + frame.normal[axis]! * steps * frame.stepMm,
  ) as unknown as typeof cursor;
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

function ScaleBar({ view }: { view: PaneGeometry }) {
  const lengthMm = [100, 50, 20, 10, 5, 2, 1].find((mm) => mm / view.mmPerPixel <= view.width / 4) ?? 1;
  const pixels = lengthMm / view.mmPerPixel;
  const x = view.width - 12 - pixels;
  const y = view.height - 8;
  return (
    <g className="scale">
      <path d={`M${x} ${y - 4}V${y}H${x + pixels}V${y - 4}`} />
      <text x={x + pixels} y={y - 8} textAnchor="end" className="small">
        {shortNumber(lengthMm)} mm
      </text>
    </g>
  );
}

/** Back to the whole image in the middle. */
export function resetView(viewer: Pick<ReturnType<typeof useViewer>, 'store'>, panel: PanelName): void {
  setView(viewer.store, panel, { zoom: 1, pan: [0, 0, 0] });
}
