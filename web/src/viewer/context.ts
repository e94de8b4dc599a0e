import { createContext, useContext } from 'react';
import type { Plane } from '../../../src/display/planes.ts';
import type { MeasurementView } from '../../../src/server/api/annotations.ts';
import type { Vector } from '../../../src/voxels/affine.ts';
import type { DrawingStore } from './drawing.ts';
import type { PanelName, Tool, ViewerStore } from './state.ts';

/** What the parts of the viewer share. */
export interface Viewer {
  subject: string;
  store: ViewerStore;
  drawing: DrawingStore;
  mayAnnotate: boolean;
  measurements: readonly MeasurementView[];
  /** A measurement that is pointed out. */
  chosen: string | undefined;
  /** Keeps what was measured. */
  measured(panel: PanelName, tool: Tool, plane: Plane, points: readonly Vector[]): void;
  /** Makes the image of a panel the one that is drawn on; false when it cannot be. */
  drawOn(panel: PanelName): boolean;
}

const Context = createContext<Viewer | undefined>(undefined);
export const ViewerProvider = Context.Provider;

export function useViewer(): Viewer {
  const viewer = useContext(Context);
  if (viewer === undefined) throw new Error('useViewer outside of the viewer');
  return viewer;
}
