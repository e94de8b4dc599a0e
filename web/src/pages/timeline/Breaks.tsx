import { useTranslation } from 'react-i18next';
import type { Break } from './timeScale.ts';

const yearMs = 365.25 * 86_400_000;

/** Where time was left out: a hatched band over all lanes, with how much it stands for. */
export function Breaks({ breaks, x, width }: { breaks: readonly Break[]; x(ms: number): number; width: number }) {
  const { t } = useTranslation();
  const inSight = breaks.filter(({ fromMs, toMs }) => x(toMs) > 0 && x(fromMs) < width);
  if (inSight.length === 0) return null;
  return (
    <div className="timeline-over">
      {inSight.map((one) => {
        const left = Math.max(0, x(one.fromMs));
        const right = Math.min(width, x(one.toMs));
        const years = Math.max(1, Math.round((one.toMs - one.fromMs) / yearMs));
        return (
          <div key={one.fromMs} className="timeline-break" style={{ left, width: right - left }}>
            <span title={t('timeline.leftOut', { count: years })}>{t('timeline.years', { count: years })}</span>
          </div>
        );
      })}
    </div>
  );
}
