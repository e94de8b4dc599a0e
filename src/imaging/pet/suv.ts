import { type Issue, issue } from '../../dossier/issue.ts';
import { decaySince } from './decay.ts';
import { type BinarySex, type Normalisation, perBodyWeight } from './normalisation.ts';
import type { Nuclide } from './nuclides.ts';
import type { PetHeader } from './petHeader.ts';

/** How image values become SUVbw, or why they do not. */
export type SuvScale =
  | {
      /** SUVbw (g/mL) = image value x factor. */
      factor: number;
      /** Seconds by which the injected activity was decayed; 0 when the image is corrected to the injection. */
      decayS?: number;
      /** Half-life that the decay was computed with. */
      halfLifeS?: number;
      /** How the factor came to be, in words. */
      how: string;
      issues: Issue[];
    }
  | { refused: Issue; issues: Issue[] };

/** Plausible injected activities; a smaller number is MBq or mCi written where Bq belong. */
const doseBq = { low: 1e6, high: 2e10 };

/**
 * SUVbw factor of a PET series after the vendor-neutral QIBA/Clunie rules:
 * factor = weight [g] / (injected activity [Bq] x 2^(-dt / half-life)), with dt from injection to the time to which the
 * scanner corrected the image: the scan's start for DecayCorrection START, the injection itself (dt = 0) for ADMIN.
 * Units: BQML; CNTS with Philips' own factors; GML, uptake already. Refuses rather than guesses: each refusal has a code
 * `suv-...` and a remedy.
 */
export function suvBodyWeightScale(header: PetHeader, nuclides: readonly Nuclide[]): SuvScale {
  const issues: Issue[] = [];
  const refuse = (code: string, message: string, remedy: string): SuvScale => ({
    refused: issue('error', code, message, { remedy }),
    issues,
  });
  const notAnImage = whyNotStatic(header);
  if (notAnImage) return { refused: notAnImage, issues };
  if (header.varying.length > 0)
    return refuse(
      'suv-header-varies',
      `The images of the series do not agree on ${header.varying.join(', ')}.`,
      'Separate the images that do not belong together.',
    );
  if (!header.correctedImage.includes('ATTN'))
    return refuse(
      'suv-not-attenuation-corrected',
      'The series is not corrected for attenuation (CorrectedImage lacks ATTN).',
      'Use the attenuation-corrected reconstruction.',
    );
  if (!header.correctedImage.includes('DECY') || header.decayCorrection === 'NONE')
    return refuse(
      'suv-not-decay-corrected',
      'The series is not corrected for decay (CorrectedImage lacks DECY, or DecayCorrection is NONE).',
      'Reconstruct with decay correction.',
    );

  if (header.units === 'GML' || header.units === 'CM2ML') return alreadyUptake(header, issues);
  if (header.units === 'CNTS') {
    if (header.philipsSuvFactor !== undefined && header.philipsSuvFactor > 0)
      return { factor: header.philipsSuvFactor, how: 'counts x Philips SUV factor (7053,xx00)', issues };
    if (!(header.philipsActivityFactor !== undefined && header.philipsActivityFactor > 0))
      return refuse(
        'suv-counts-without-factor',
        'The image is in counts and carries neither of the factors that turn counts into activity.',
        'Export the series with its private elements, or in Bq/ml.',
      );
  } else if (header.units !== 'BQML')
    return refuse(
      'suv-units-unknown',
      `Image units ${header.units ?? '(none)'} cannot be turned into uptake.`,
      'Export the series in Bq/ml.',
    );
  const becquerelPerMl = header.units === 'CNTS' ? header.philipsActivityFactor! : 1;

  if (header.tracers > 1)
    return refuse(
      'suv-several-tracers',
      'The header names several injections.',
      'Uptake needs the one injection that the image shows.',
    );
  const weightKg = header.weightKg;
  if (weightKg === undefined || !(weightKg > 0))
    return refuse(
      'suv-no-weight',
      'The header has no body weight.',
      'Enter the body weight of the day of the scan (0010,1030) and import the series again.',
    );
  if (weightKg > 400)
    return refuse(
      'suv-weight-implausible',
      `A body weight of ${weightKg} kg is not plausible; it may be in grams or pounds.`,
      'Correct the body weight (0010,1030, kg).',
    );
  const dose = header.totalDoseBq;
  if (dose === undefined || !(dose > 0))
    return refuse(
      'suv-no-dose',
      'The header has no injected activity.',
      'Enter the net injected activity in Bq (0018,1074).',
    );
  if (dose < doseBq.low || dose > doseBq.high)
    return refuse(
      'suv-dose-implausible',
      `An injected activity of ${dose} Bq is not plausible${dose < doseBq.low ? '; the number may be in MBq or mCi' : ''}.`,
      'State the injected activity in Bq (0018,1074).',
    );

  const decay = decaySince(header, nuclides, issues);
  if ('refused' in decay) return { refused: decay.refused, issues };
  return {
    factor: becquerelPerMl * suvFactor(weightKg, dose, decay.seconds, decay.halfLifeS),
    decayS: decay.seconds,
    halfLifeS: decay.halfLifeS,
    how: decay.how,
    issues,
  };
}

/** weight [g] / activity left after `decayS` [Bq]: SUVbw per Bq/ml. */
export function suvFactor(weightKg: number, injectedBq: number, decayS: number, halfLifeS: number): number {
  return (1000 * weightKg) / (injectedBq * 2 ** (-decayS / halfLifeS));
}

/** Why a series cannot carry one uptake value a voxel: a projection, a dynamic or a gated series. */
export function whyNotStatic(header: PetHeader): Issue | undefined {
  const [kind, shown] = header.seriesType;
  if (shown === 'REPROJECTION' || header.imageType.some((value) => value.includes('MIP')))
    return issue('error', 'suv-projection', 'The series is a projection, not slices of the body.', {
      remedy: 'Use the transaxial series.',
    });
  if (kind === 'DYNAMIC')
    return issue(
      'error',
      'suv-dynamic-series',
      'The series is dynamic: one uptake value for all frames would mean nothing.',
      { remedy: 'Use a static reconstruction; kinetic analysis is another method.' },
    );
  if (kind === 'GATED')
    return issue('error', 'suv-gated-series', 'The series is gated: each gate holds part of the counts.', {
      remedy: 'Use the ungated reconstruction.',
    });
  return undefined;
}

const normalisationOfType: Record<string, Normalisation> = {
  LBMJAMES128: 'lbm-james-128',
  LBMJANMA: 'lbm-janmahasatian',
  IBW: 'ibw',
  BSA: 'bsa',
};

/** The image holds uptake values already: BW as they are, others turned back to body weight when the body's size is known. */
function alreadyUptake(header: PetHeader, issues: Issue[]): SuvScale {
  const type = header.suvType ?? (header.units === 'CM2ML' ? 'BSA' : 'BW');
  if (type === 'BW') {
    if (header.suvType === undefined)
      issues.push(
        issue(
          'info',
          'suv-type-unstated',
          'The image holds uptake values and does not say by what they are normalised; DICOM then means body weight.',
        ),
      );
    return { factor: 1, how: 'the image holds SUVbw', issues };
  }
  const normalisation = normalisationOfType[type];
  const sex = header.sex === 'female' || header.sex === 'male' ? header.sex : undefined;
  const { weightKg, heightM } = header;
  const ratio =
    normalisation && weightKg && heightM && plausibleHeight(heightM) && (sex || normalisation === 'bsa')
      ? perBodyWeight(normalisation, { weightKg, heightM, sex: sex ?? 'female' })
      : undefined;
  if (ratio === undefined)
    return {
      refused: issue(
        'error',
        'suv-type-not-body-weight',
        `The image holds uptake normalised to ${type}, which cannot be turned to body weight here.`,
        {
          remedy:
            'Export the series in Bq/ml, or state SUVType LBMJANMA, LBMJAMES128, BSA or IBW with weight, height and sex.',
        },
      ),
      issues,
    };
  return { factor: 1 / ratio, how: `uptake by ${type}, turned to body weight`, issues };
}

function plausibleHeight(heightM: number): boolean {
  return heightM > 0.3 && heightM < 2.6;
}

/** Uptake by another measure of the body, per SUVbw; one for each sex when the sex is not known to the header. */
export function normalised(
  normalisation: Normalisation,
  body: { weightKg: number | undefined; heightM: number | undefined; sex: string },
): { factors: { sex?: BinarySex; factor: number }[] } | { refused: Issue } {
  const { weightKg, heightM } = body;
  if (weightKg === undefined || !(weightKg > 0))
    return {
      refused: issue('error', 'suv-no-weight', 'The header has no body weight.', {
        remedy: 'Enter the body weight of the day of the scan.',
      }),
    };
  if (heightM === undefined || !(heightM > 0))
    return {
      refused: issue('error', 'sul-no-height', 'The body height is not known, so lean body mass cannot be estimated.', {
        remedy: 'Enter PatientSize (0010,1020) in metres, or add the height to the record.',
      }),
    };
  if (!plausibleHeight(heightM))
    return {
      refused: issue(
        'error',
        'sul-height-implausible',
        `A body height of ${heightM} m is not plausible; it may be in centimetres.`,
        { remedy: 'Correct PatientSize (0010,1020, metres).' },
      ),
    };
  const sexes: (BinarySex | undefined)[] =
    body.sex === 'female' || body.sex === 'male' ? [body.sex] : ['female', 'male'];
  const factors: { sex?: BinarySex; factor: number }[] = [];
  for (const sex of sexes) {
    const factor = perBodyWeight(normalisation, { weightKg, heightM, sex: sex! });
    if (factor === undefined)
      return {
        refused: issue(
          'error',
          'sul-formula-out-of-range',
          `The formula ${normalisation} gives no sensible mass for ${weightKg} kg and ${heightM} m.`,
          { remedy: 'Check weight and height.' },
        ),
      };
    factors.push({ sex, factor });
  }
  return { factors };
}
