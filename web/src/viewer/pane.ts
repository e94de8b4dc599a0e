import type { PointerEvent } from 'react';
import type { Plane } from '../../../src/display/planes.ts';
import type { Viewer } from './context.ts';
import type { PaneGeometry } from './geometry.ts';
import type { Draft } from './measuring.ts';
import type { PanelName } from './state.ts';

/** What a pane gives its pointers: always as it is now. */
export interface Pane {
  viewer: Viewer;
  panel: PanelName;
  plane: Plane;
  view(): PaneGeometry | undefined;
  draft(): Draft | undefined;
  setDraft(draft: Draft | undefined): void;
}

/** In pixels of the pane. */
export interface Point {
  x: number;
  y: number;
}

/** What one pressed pointer does until it is let go. */
export interface Gesture {
  drag(to: Point, event: PointerEvent): void;
  finish?(): void;
}
