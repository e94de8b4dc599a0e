import type { MeasurementView } from '../../../src/server/api/annotations.ts';
import type { LengthBasis } from '../../../src/server/api/images.ts';
import type { Vector } from '../../../src/voxels/affine.ts';
import { type PaneGeometry, toPixel } from './geometry.ts';
import { type Draft, kindOf, linesOf, measuredValue } from './measuring.ts';
import { lengthUnit, shortNumber, unitWords } from './words.ts';

/** Saved measurements that lie in the slice that is shown. */
export function Measurements({
  view,
  measurements,
  chosen,
  lengths,
}: {
  view: PaneGeometry;
  lengths: LengthBasis | undefined;
  measurements: readonly MeasurementView[];
  chosen: string | undefined;
}) {
  return measurements
    .filter(({ points }) => points.every((point) => Math.abs(toPixel(view, point).offMm) <= view.frame.stepMm * 0.51))
    .map((one) => (
      <g key={one.entry} className={one.entry === chosen ? 'mark chosen' : 'mark'}>
        {linesOf(one.measure, one.points).map((line, at) => (
          <polyline key={at} points={pixels(view, line)} />
        ))}
        <MarkText
          view={view}
          points={one.points}
          text={`${shortNumber(one.value)} ${lengthUnit(unitWords(one.unit), lengths)}`}
        />
      </g>
    ));
}

/** What is being drawn. */
export function DraftMark({
  view,
  draft,
  lengths,
}: {
  view: PaneGeometry;
  draft: Draft;
  lengths: LengthBasis | undefined;
}) {
  const value = measuredValue(draft.tool, draft.points);
  return (
    <g className="mark draft">
      {linesOf(kindOf(draft.tool), draft.points).map((line, at) => (
        <polyline key={at} points={pixels(view, line)} />
      ))}
      {value ? (
        <MarkText
          view={view}
          points={draft.points}
          text={`${shortNumber(value.value)} ${lengthUnit(value.unit, lengths)}`}
        />
      ) : null}
    </g>
  );
}

function MarkText({ view, points, text }: { view: PaneGeometry; points: readonly Vector[]; text: string }) {
  const last = points.reduce((a, b) => (toPixel(view, b).x > toPixel(view, a).x ? b : a));
  const { x, y } = toPixel(view, last);
  return (
    <text x={Math.min(x + 6, view.width - 60)} y={Math.max(12, y - 4)}>
      {text}
    </text>
  );
}

function pixels(view: PaneGeometry, line: readonly Vector[]): string {
  return line
    .map((point) => {
      const { x, y } = toPixel(view, point);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
