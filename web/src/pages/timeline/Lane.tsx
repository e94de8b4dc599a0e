import { type KeyboardEvent, memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lane as LaneModel, TimelineItem } from '../../../../src/report/timeline/model.ts';
import { marksOf } from './clusters.ts';
import { fitWords, placeWords } from './placeWords.ts';
import { SeriesView, seriesHeight } from './SeriesView.tsx';
import type { Break } from './timeScale.ts';

const laneHeight = 34;
/** A longer mark bears its words within. */
const longMark = 60;

interface Props {
  lane: LaneModel;
  items: TimelineItem[];
  breaks: readonly Break[];
  x(ms: number): number;
  width: number;
  chosen: string | undefined;
  choose(items: TimelineItem[]): void;
}

/** One lane: its marks as buttons that arrow keys walk along, and its numbers above them. */
export const Lane = memo(function Lane({ lane, items, breaks, x, width, chosen, choose }: Props) {
  const { t } = useTranslation();
  const marks = useMemo(() => marksOf(items, x, width), [items, x, width]);
  const courses = lane.series.filter(({ points }) => points.length > 1);
  const numbers = courses.length > 0;
  const top = numbers ? seriesHeight : 0;
  const words = useMemo(
    () =>
      placeWords(
        marks,
        ({ items: [first, another], x: left, right }) => {
          if (numbers || another || right - left > longMark) return undefined;
          return first!.value ?? (first!.label === lane.title ? undefined : first!.label);
        },
        width,
      ),
    [marks, numbers, lane.title, width],
  );
  const walk = (event: KeyboardEvent<SVGSVGElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const all = [...event.currentTarget.querySelectorAll<SVGElement>('[role=button]')];
    const next = all[all.indexOf(document.activeElement as SVGElement) + step];
    if (next) {
      next.focus();
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <svg
      width={width}
      height={laneHeight + top}
      role="group"
      aria-label={t('timeline.cluster', { count: items.length }) + `: ${lane.title}`}
      onKeyDown={walk}
      className="timeline-lane"
    >
      {numbers ? <SeriesView series={courses} breaks={breaks} x={x} width={width} /> : null}
      <line x1={0} x2={width} y1={top + laneHeight / 2} y2={top + laneHeight / 2} className="timeline-rail" />
      {marks.map((mark, i) => {
        const [first] = mark.items;
        const several = mark.items.length > 1;
        const label = several
          ? `${t('timeline.cluster', { count: mark.items.length })}, ${first!.start.slice(0, 10)}`
          : wordsOf(first!, t);
        const isChosen = mark.items.some(({ id }) => id === chosen);
        return (
          <g
            key={first!.id}
            role="button"
            tabIndex={i === 0 ? 0 : -1}
            aria-label={label}
            aria-pressed={isChosen}
            className={`timeline-mark${isChosen ? ' chosen' : ''}${first!.future ? ' future' : ''}${first!.problem ? ' problem' : ''}`}
            onClick={() => choose(mark.items)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              choose(mark.items);
            }}
          >
            <title>{label}</title>
            <Shape mark={mark} y={top + laneHeight / 2} width={width} several={several} />
            {words[i] ? (
              <text x={words[i].x} y={top + laneHeight / 2 + 4} textAnchor={words[i].anchor} className="timeline-text">
                {words[i].text}
              </text>
            ) : null}
          </g>
        );
      })}
    </svg>
  );
});

function Shape({
  mark,
  y,
  width,
  several,
}: {
  mark: ReturnType<typeof marksOf>[number];
  y: number;
  width: number;
  several: boolean;
}) {
  const [first] = mark.items;
  const left = Math.max(mark.x, -4);
  const right = Math.min(mark.right, width + 4);
  const middle = (left + right) / 2;
  if (several) {
    return (
      <>
        <circle cx={middle} cy={y} r={10} />
        <text x={middle} y={y + 3.5} textAnchor="middle" className="timeline-count">
          {mark.items.length > 99 ? '99+' : mark.items.length}
        </text>
      </>
    );
  }
  if (right - left < 11) {
    // A date that is not known to the day is a stretch, and drawn as one as soon as it can be seen.
    return <circle cx={middle} cy={y} r={6} />;
  }
  return (
    <>
      <rect x={left} y={y - 7} width={right - left} height={14} rx={4} className={openness(first!)} />
      {right - left > longMark ? (
        <text x={left + 6} y={y + 4} className="timeline-text">
          {fitWords(first!.label, right - left - 10)}
        </text>
      ) : null}
    </>
  );
}

/** Ends that nobody stated look open. */
function openness({ startUnknown, openEnd, precision }: TimelineItem): string {
  const open = startUnknown || openEnd ? 'open' : '';
  return `${open} ${precision === 'year' || precision === 'month' ? 'vague' : ''}`.trim();
}

/** A thing in one line, for who hears it. */
export function wordsOf(item: TimelineItem, t: (key: string) => string): string {
  return [
    item.start.slice(0, 16).replace('T', ' ') + (item.end ? ` – ${item.end.slice(0, 10)}` : ''),
    item.label,
    item.value,
    item.status,
    item.future ? t('timeline.future') : '',
    item.openEnd === 'ongoing' ? t('timeline.ongoing') : item.openEnd === 'unknown' ? t('timeline.endUnknown') : '',
    item.startUnknown ? t('timeline.startUnknown') : '',
  ]
    .filter(Boolean)
    .join(', ');
}
