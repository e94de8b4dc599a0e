import { type Issue, issue } from '../../dossier/issue.ts';
import { dateTimeS, momentS, momentText, timeOfDayS } from './dicomTime.ts';
import { type Nuclide, nuclideOf } from './nuclides.ts';
import type { PetHeader } from './petHeader.ts';

/** Without a date of injection, longer-lived nuclides may have been injected days before: then the time alone says nothing. */
const longLivedS = 4 * 3600;
/** Beyond this many half-lives the stated times contradict each other: no scan is taken so late. */
const latestHalfLives = 10;

/** How long the injected activity decayed until the time to which the image is corrected, or why that is not known. */
export type Decay = { seconds: number; halfLifeS: number; how: string } | { refused: Issue };

/** Seconds from injection to the time to which the scanner corrected the image; what had to be assumed goes to `issues`. */
export function decaySince(header: PetHeader, nuclides: readonly Nuclide[], issues: Issue[]): Decay {
  // Corrected to the injection: nothing has decayed, and no half-life is needed.
  if (header.decayCorrection === 'ADMIN')
    return { seconds: 0, halfLifeS: 1, how: 'corrected to the time of injection by the scanner' };
  const stated = dateTimeS(header.decayCorrectionDateTime, header.timezone);
  if (header.decayCorrection !== 'START' && stated === undefined)
    issues.push(
      issue(
        'warning',
        'suv-decay-correction-unstated',
        'The header does not say to which time the image was corrected for decay; the start of the scan is taken.',
        {
          remedy: 'Check DecayCorrection (0054,1102): if it is the injection, the values shown are too high.',
        },
      ),
    );
  const halfLifeS = halfLife(header, nuclides, issues);
  if (halfLifeS === undefined)
    return {
      refused: issue('error', 'suv-no-half-life', 'The header has neither a half-life nor a nuclide that is known.', {
        remedy: 'Enter RadionuclideHalfLife (0018,1075) in seconds.',
      }),
    };
  const scan =
    stated === undefined ? scanReference(header, issues) : { s: stated, what: 'the stated time of correction' };
  if (scan === undefined)
    return {
      refused: issue('error', 'suv-no-scan-time', 'The header has no date and time of the scan.', {
        remedy: 'Restore series or acquisition date and time; a de-identification may have removed them.',
      }),
    };
  const injection = injectionBefore(scan.s, halfLifeS, header, issues);
  if ('refused' in injection) return injection;
  const seconds = scan.s - injection.s;
  return { seconds, halfLifeS, how: `${Math.round(seconds)} s from injection to ${scan.what}, ${momentText(scan.s)}` };
}

function halfLife(header: PetHeader, nuclides: readonly Nuclide[], issues: Issue[]): number | undefined {
  const known = nuclideOf(header.nuclideCode, header.nuclideName, nuclides);
  const stated = header.halfLifeS !== undefined && header.halfLifeS > 0 ? header.halfLifeS : undefined;
  if (stated === undefined) {
    if (known)
      issues.push(
        issue(
          'warning',
          'suv-half-life-from-table',
          `The header has no half-life; that of ${known.nuclide}, ${known.halfLifeS} s, is taken.`,
        ),
      );
    return known?.halfLifeS;
  }
  if (known && Math.abs(stated / known.halfLifeS - 1) > 0.02)
    issues.push(
      issue(
        'warning',
        'suv-half-life-disagrees',
        `The header states a half-life of ${stated} s, ${known.nuclide} has ${known.halfLifeS} s; the header's is used.`,
        {
          remedy: 'Check nuclide and half-life on the scanner.',
        },
      ),
    );
  return stated;
}

/** To which time START refers: series time unless post-processing has overwritten it, then what else tells. */
function scanReference(header: PetHeader, issues: Issue[]): { s: number; what: string } | undefined {
  const series = momentS(header.seriesDate, header.seriesTime);
  const starts = header.acquisitions
    .map(({ date, time }) => acquisitionStart(date, time, header))
    .filter((start) => start !== undefined);
  const earliest = starts.length > 0 ? Math.min(...starts) : undefined;
  if (series !== undefined && earliest !== undefined && series <= earliest)
    return { s: series, what: 'the series time' };
  const ge = dateTimeS(header.geScanDateTime, header.timezone);
  if (ge !== undefined) return { s: ge, what: "GE's scan time" };
  const found = earliest ?? series;
  if (found === undefined) return undefined;
  issues.push(
    issue(
      'warning',
      'suv-reference-time-assumed',
      earliest === undefined
        ? 'The header has no acquisition time against which the series time could be checked.'
        : 'The series time is missing or later than the first acquisition, as after post-processing; the first acquisition is taken as the start of the scan.',
      { remedy: 'Use the original reconstruction when it is at hand.' },
    ),
  );
  return { s: found, what: earliest === undefined ? 'the series time' : 'the first acquisition' };
}

function acquisitionStart(date: string | undefined, time: string | undefined, header: PetHeader): number | undefined {
  if (date !== undefined) return momentS(date, time);
  const start = momentS(header.seriesDate, time);
  const series = momentS(header.seriesDate, header.seriesTime);
  // No date of its own and half a day before the series: the scan ran past midnight.
  return start !== undefined && series !== undefined && series - start > 12 * 3600 ? start + 86_400 : start;
}

/** An injection up to so long after the start of a dynamic scan belongs to it. */
const latestInjectionS = 1800;

/**
 * Seconds from injection to the time that a dynamic scan counts from; negative when the tracer was given during the scan.
 * Undefined, with an issue, where the header does not tell.
 */
export function injectionToStart(
  header: PetHeader,
  nuclides: readonly Nuclide[],
  issues: Issue[],
): { seconds: number; halfLifeS: number | undefined } {
  const halfLifeS = halfLife(header, nuclides, issues);
  const scan = scanReference(header, issues);
  const assumed = (why: string): { seconds: number; halfLifeS: number | undefined } => {
    issues.push(
      issue('warning', 'pet-injection-assumed', `${why} The injection is taken at the start of the scan.`, {
        remedy: 'Enter RadiopharmaceuticalStartDateTime (0018,1078).',
      }),
    );
    return { seconds: 0, halfLifeS };
  };
  if (scan === undefined) return assumed('The header has no time of the scan.');
  const stated = dateTimeS(header.injectionDateTime, header.timezone);
  const clock = timeOfDayS(header.injectionTime);
  const near = stated ?? (clock === undefined ? undefined : Math.floor(scan.s / 86_400) * 86_400 + clock);
  if (near === undefined) return assumed('The header has no time of injection.');
  if (near > scan.s && near - scan.s <= latestInjectionS) return { seconds: scan.s - near, halfLifeS };
  const found = injectionBefore(scan.s, halfLifeS ?? 6586.2, header, issues);
  return 'refused' in found ? assumed(found.refused.message) : { seconds: scan.s - found.s, halfLifeS };
}

/** The injection that belongs to a scan. Dates that contradict the scan are mended only where one answer remains. */
function injectionBefore(
  scan: number,
  halfLifeS: number,
  header: PetHeader,
  issues: Issue[],
): { s: number } | { refused: Issue } {
  const stated = dateTimeS(header.injectionDateTime, header.timezone);
  const fits = (moment: number): boolean => scan >= moment && scan - moment <= latestHalfLives * halfLifeS;
  if (stated !== undefined && fits(stated)) return { s: stated };
  const clock =
    timeOfDayS(header.injectionTime) ?? (stated === undefined ? undefined : ((stated % 86_400) + 86_400) % 86_400);
  if (clock === undefined)
    return {
      refused: issue('error', 'suv-no-injection-time', 'The header has no time of injection.', {
        remedy: 'Enter RadiopharmaceuticalStartDateTime (0018,1078).',
      }),
    };
  if (halfLifeS > longLivedS)
    return {
      refused: issue(
        'error',
        'suv-injection-date-unknown',
        'The nuclide lives so long that the injection may have been on another day, and the header has no date that fits.',
        {
          remedy: 'Enter RadiopharmaceuticalStartDateTime (0018,1078).',
        },
      ),
    };
  const scanDay = Math.floor(scan / 86_400) * 86_400;
  const moment = scanDay + clock <= scan ? scanDay + clock : scanDay - 86_400 + clock;
  if (!fits(moment))
    return {
      refused: issue(
        'error',
        'suv-injection-after-scan',
        'The stated injection is later than the scan, or more than ten half-lives before it.',
        {
          remedy: 'Check the clocks of dose calibrator and scanner, and the times in the header.',
        },
      ),
    };
  if (stated !== undefined)
    issues.push(
      issue(
        'warning',
        'suv-injection-date-disagrees',
        `The stated date of injection, ${momentText(stated)}, does not fit the scan; its time is taken on the day of the scan.`,
        {
          remedy: 'Shifted dates are common after de-identification; check the original.',
        },
      ),
    );
  else if (moment < scanDay)
    issues.push(
      issue('info', 'suv-injection-previous-day', 'The injection was before midnight of the day of the scan.'),
    );
  return { s: moment };
}
