import { type Code, measure } from '../../dossier/code.ts';

/** A number that regions get: the median of a map. */
export interface PerfusionMeasure {
  /** Name of the map. */
  map: string;
  measure: Code;
  unit: string;
  codes: Code[];
}

const dcm = (code: string, display: string): Code => ({ system: 'DCM', code, display });
const kind = (
  map: string,
  display: string,
  unit: string,
  codes: Code[] = [],
  code = `${map}-median`,
): PerfusionMeasure => ({
  map,
  measure: measure(code, `${display}, median of the region`),
  unit,
  codes,
});

/** Codes of DICOM CID 4107 where they have one. */
export const dceMeasures: readonly PerfusionMeasure[] = [
  kind('pe', 'Peak enhancement', '%'),
  kind('pe-early', 'Early enhancement (PE1)', '%'),
  kind('ser', 'Signal enhancement ratio', '1'),
  kind('time-to-peak', 'Time to peak', 's', [dcm('113069', 'Time To Peak')]),
  kind('wash-in', 'Wash-in', '%/min'),
  kind('wash-out', 'Wash-out', '%/min'),
  kind('ktrans', 'Ktrans', '/min', [dcm('126312', 'Ktrans')]),
  kind('ve', 've', '1', [dcm('126314', 've')]),
  kind('vp', 'vp', '1'),
  kind('kep', 'kep', '/min', [dcm('126313', 'kep')]),
];
export const dscMeasures: readonly PerfusionMeasure[] = [
  kind(
    'cbv',
    'CBV (DSC, corrected for leakage)',
    'mL/(100.g)',
    [dcm('113056', 'Regional Cerebral Blood Volume')],
    'dsc-cbv-median',
  ),
  kind('cbf', 'CBF (DSC)', 'mL/(100.g)/min', [dcm('113055', 'Regional Cerebral Blood Flow')], 'dsc-cbf-median'),
  kind('mtt', 'Mean transit time (DSC)', 's', [dcm('113052', 'Mean Transit Time')], 'dsc-mtt-median'),
  kind('tmax', 'Tmax (DSC)', 's', [], 'dsc-tmax-median'),
];
export const aslMeasures: readonly PerfusionMeasure[] = [
  kind('cbf', 'CBF (ASL)', 'mL/(100.g)/min', [dcm('113055', 'Regional Cerebral Blood Flow')]),
  kind('att', 'Arterial transit time (ASL)', 's'),
  kind('perfusion-weighted', 'Perfusion-weighted difference (ASL)', '1'),
];

export const fittedShare = (what: 'dce' | 'dsc' | 'asl'): Code =>
  measure(`${what}-fitted-share`, `Voxels with a perfusion value (${what.toUpperCase()})`);

export const penumbraMeasures = {
  delayedMl: measure('dsc-tmax-volume', 'Volume with Tmax above 6 s (DSC)'),
  coreMl: measure('dsc-core-volume', 'Volume with CBF below 30 % of normal within it (DSC)'),
  mismatchMl: measure('dsc-mismatch-volume', 'Difference of the two volumes (DSC)'),
} as const;
