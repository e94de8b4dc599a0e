import type { TFunction } from 'i18next';
import i18next from 'i18next';
import type { JobView } from '../../../../src/server/api/jobs.ts';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size as people write it, in the language of the page. */
export function bytesText(bytes: number): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(i18next.language, {
    style: 'unit',
    unit: units[step]!,
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step < 2 ? 0 : 1,
  }).format(bytes / 1000 ** step);
}

/** A count in the language of the page. */
export function numberText(count: number): string {
  return new Intl.NumberFormat(i18next.language).format(count);
}

/** `40 s`, `12 min`, `2 h`: rougher the longer. */
export function durationText(seconds: number): string {
  const [value, unit] =
    seconds < 90
      ? [Math.max(1, Math.ceil(seconds)), 'second']
      : seconds < 5400
        ? [Math.round(seconds / 60), 'minute']
        : [Math.round(seconds / 360) / 10, 'hour'];
  return new Intl.NumberFormat(i18next.language, { style: 'unit', unit: unit as string, unitDisplay: 'short' }).format(
    value as number,
  );
}

/** What a job is doing, in one line. */
export function stepText(job: JobView, t: TFunction): string {
  const { progress, state } = job;
  if (state !== 'running' || progress === undefined) return t(`jobs.state.${state}`);
  const step = t(`jobs.stage.${progress.stage}`);
  const count =
    progress.total === undefined
      ? progress.done > 0
        ? ` ${numberText(progress.done)}`
        : ''
      : ` ${t('jobs.ofTotal', { done: numberText(progress.done), total: numberText(progress.total) })}`;
  const which =
    progress.subjects !== undefined && progress.subjects > 1
      ? ` · ${t('jobs.patientOf', { number: progress.subjectNumber, total: progress.subjects })}`
      : '';
  const left =
    progress.secondsLeft === undefined ? '' : ` · ${t('jobs.left', { time: durationText(progress.secondsLeft) })}`;
  return `${step}${count}${which}${left}`;
}
