import type { Instrument } from '../../forms/instrument.ts';
import { loadBodyMap } from '../../knowledge/bodyMap.ts';
import { type FigureRegion, figureRegions } from '../../report/pain/bodyFigure.ts';
import { isBankForm } from './adaptive.ts';
import type { SiteWording } from './siteWording.ts';

export interface FormItem {
  number: number;
  /** Wording of the site's form, or the topic in our own words. */
  text: string;
  /** Answers from the lowest to the highest value. */
  options: { value: number; label?: string | undefined }[];
}

/** A questionnaire as it is shown. */
export interface Form {
  instrument: string;
  display: string;
  /** How far back the questions look: `2 weeks`. */
  recall: string;
  /**
   * `site`: texts of a FHIR Questionnaire that the site or the dossier brings. `topics`: our own short labels, because the
   * wording belongs to its owner; then the form only takes down answers that were given on the official one. `own`: a form
   * of our own, whose words are all there is.
   */
  wording: 'site' | 'topics' | 'own';
  source?: string | undefined;
  copyright?: string | undefined;
  language?: string | undefined;
  licence: string;
  items: FormItem[];
  /** Of an item bank: when it stops. */
  adaptive?: { version: string; fewest: number; most: number; standardError: number };
  /** Shapes to answer on instead of a list. */
  figure?: { frame: { width: number; height: number }; regions: FigureRegion[] };
}

/** The form of an instrument, in the site's words where it brings them. */
export function formOf(instrument: Instrument, site?: SiteWording): Form {
  return {
    instrument: instrument.id,
    display: site?.title ?? instrument.display,
    recall: instrument.recall,
    wording: site ? 'site' : isOwn(instrument) ? 'own' : 'topics',
    ...(site ? { source: site.source, copyright: site.copyright, language: site.language } : {}),
    licence: instrument.wording.licence,
    ...(isBankForm(instrument) ? { adaptive: { version: instrument.bank.version, ...instrument.bank.stop } } : {}),
    ...(instrument.id === 'body-map' ? { figure: figureOf() } : {}),
    items: instrument.items.map(({ number, label, min, max, answers }) => ({
      number,
      text: site?.items.get(number)?.text ?? label,
      options: Array.from({ length: max - min + 1 }, (_, index) => {
        const value = min + index;
        const label = site?.items.get(number)?.options.get(value) ?? answers?.[index];
        return label === undefined ? { value } : { value, label };
      }),
    })),
  };
}

function figureOf(): NonNullable<Form['figure']> {
  const file = loadBodyMap();
  return { frame: file.frame, regions: figureRegions(file) };
}

/** Whether the words of a form are ours: then it can be asked as it stands. */
export function isOwn({ items }: Pick<Instrument, 'items'>): boolean {
  return items.every(({ answers }) => answers !== undefined);
}
