import type { Finding } from '../../dossier/finding.ts';
import { members, valueForReader } from '../../dossier/words.ts';
import type { ReportModel } from '../model.ts';
import { nameOf, referenceOf, reliabilityWords } from '../tables/findingCells.ts';
import type { ToAsk } from './evidence.ts';
import { driversFile } from './knowledge.ts';

/** One domain of what may drive pain: what is known with its norm, what is missing. Nothing is weighed. */
export interface Driver {
  domain: string;
  title: string;
  remark: string;
  known: DriverLine[];
  missing: ToAsk[];
  /** Plan lines that rest on what is known here. */
  plan: { id: string; about: string; action: string }[];
}

export interface DriverLine {
  finding: string;
  name: string;
  value: string;
  time?: string;
  /** Band and name of the reference, or that there is none. */
  reference: string;
  reliability: string;
  /** Set when the value was refused, or rests on a list that cannot be relied on. */
  doubt?: string;
}

/** Domains in the order of the file. `current`: the latest of each measure and place. */
export function drivers(current: readonly Finding[], model: ReportModel): Driver[] {
  const taken = new Set(sitesOf(current, 'active-medication'));
  const present = new Set(current.filter(({ value }) => value.type !== 'refused').map(({ measure }) => measure.code));
  return driversFile().domains.map(({ id, title, remark, measures, missing }) => {
    const known = measures.flatMap(({ measure, site, onlyActive, notCodes, plain }) =>
      current
        .filter(
          (one) =>
            one.measure.code === measure &&
            (site === undefined || site.includes(one.site?.code ?? '')) &&
            (!onlyActive || taken.has(one.site?.code ?? '')) &&
            !members(one).some(({ code }) => code !== undefined && notCodes.includes(code)),
        )
        .map((finding) => ({ finding, plain })),
    );
    const ids = new Set(known.map(({ finding }) => finding.id));
    return {
      domain: id,
      title,
      remark,
      known: known.map(({ finding, plain }) => lineOf(finding, plain, model)),
      missing: missing
        .filter(({ unless }) => !unless.some((code) => present.has(code)))
        .map(({ say, form }) => ({ say, ...(form ? { form } : {}) })),
      plan: model.input.plan.recommendations
        .filter(({ basis }) => basis.some((one) => ids.has(one)))
        .map((line) => ({ id: line.id, about: line.about, action: line.action })),
    };
  });
}

function sitesOf(current: readonly Finding[], code: string): string[] {
  return current.flatMap(({ measure, site }) => (measure.code === code && site ? [site.code] : []));
}

function lineOf(finding: Finding, plain: boolean, model: ReportModel): DriverLine {
  const { band, centile, text } = referenceOf(finding);
  const named = text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
  const words = [band ? `Band: ${band}.` : '', centile ? `Centile ${centile}.` : '', named].filter(Boolean);
  const refused = finding.value.type === 'refused' ? finding.issues.at(-1)?.message : undefined;
  const listed = model.medicationDoubt?.ids.has(finding.id) ? model.medicationDoubt.words : undefined;
  const doubt = refused ?? listed;
  return {
    finding: finding.id,
    name: nameOf(finding),
    value: valueForReader(finding),
    ...(finding.time ? { time: finding.time } : {}),
    reference: plain ? '' : words.join(' '),
    reliability: plain ? '' : reliabilityWords(finding, true),
    ...(doubt ? { doubt } : {}),
  };
}
