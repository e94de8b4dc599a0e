import { lutOf, tonedLut } from '../../../src/display/colormaps.ts';
import type { Layer } from '../../../src/display/drawPlane.ts';
import { type DrawingState, drawingLayer } from './drawing.ts';
import type { Overlay, PanelState } from './state.ts';

/** The layers of a panel's picture, from the bottom. */
export function layersOf(panel: PanelState, drawing: DrawingState | undefined): Layer[] {
  const { volume, view } = panel;
  if (volume === undefined) return [];
  const layers: Layer[] = [];
  if (view?.type === 'labelmap') {
    const colors: (readonly [number, number, number] | undefined)[] = [];
    for (const { value, color } of ownLabels(panel)) colors[value] = color;
    layers.push({
      type: 'labels',
      volume,
      colors,
      opacity: 1,
      outline: false,
      highlighted: highlightIn(panel, 'self'),
    });
  } else {
    layers.push({
      type: 'scalar',
      volume,
      window: panel.window,
      lut: tonedLut(panel.colormap, view?.tone),
      opacity: 1,
      interpolate: true,
    });
  }
  for (const overlay of panel.overlays) if (overlay.visible) layers.push(layerOf(overlay, panel));
  const drawn = drawing && drawing.image === view?.id ? drawingLayer(drawing) : undefined;
  if (drawn) layers.push(drawn);
  return layers;
}

function layerOf(overlay: Overlay, panel: PanelState): Layer {
  const { volume, opacity, outline, threshold, window } = overlay;
  if (overlay.type === 'scalar')
    return { type: 'scalar', volume, window, lut: lutOf(overlay.colormap), opacity, threshold, interpolate: true };
  const colors: (readonly [number, number, number] | undefined)[] = [];
  for (const { value, color } of overlay.labels) if (!overlay.hidden.includes(value)) colors[value] = color;
  return { type: 'labels', volume, colors, opacity, outline, highlighted: highlightIn(panel, overlay.key) };
}

function highlightIn({ highlighted }: PanelState, key: string): number | undefined {
  return highlighted?.key === key ? highlighted.value : undefined;
}

/** Labels of a label map that is shown by itself. */
function ownLabels({ view }: PanelState) {
  return (view?.labels ?? []).map(({ value, color }) => ({ value, color: colorOf(value, color) }));
}

export function colorOf(value: number, color: string | undefined): readonly [number, number, number] {
  const text = color ?? ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7'][value % 7]!;
  return [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16)) as [number, number, number];
}
