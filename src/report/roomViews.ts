import type { FindingView } from './model.ts';

/** A column of a table that has one row for each place: the value of the first of its measures that the place has. */
export interface Column {
  header: string;
  measures: readonly string[];
  /** Instead of the value, its share in the value of this measure (same unit, whole person), in per cent. */
  percentOf?: string;
  /** Instead of the value, what these issues and the last evidence say of it. */
  says?: { issues: readonly string[] };
  /** With the interval, or the limits of real change, below the value. */
  withUncertainty?: boolean;
  /** With the band of its own reference behind the value. */
  withBand?: boolean;
  /** Its words hold the days already. */
  undated?: boolean;
  /** With its course over time, where there are two values or more. */
  withCourse?: boolean;
}

/** How a room shows findings that belong together. A measure that no view takes gets the general table. */
export type RoomView =
  | { type: 'matrix'; title: string; row: string; columns: readonly Column[] }
  /** Scores of instruments with bands, course, change and smallest real change. Takes all quantities, intervals and refusals of a room. */
  | { type: 'scores'; title: string; room: string }
  /** One row for each drug: statement, strength, population, for each member of a set. */
  | { type: 'guidance'; title: string; measure: string };

/** Wholes before parts: rows stand in the order in which the first column names their measures. */
const volumes = ['intracranial-volume-estimate', 'tissue-volume', 'brain-volume'];

/** In the order of the page. */
export const roomViews: readonly RoomView[] = [
  {
    type: 'matrix',
    title: 'Medicines',
    row: 'Medicine',
    columns: [
      { header: 'Taken', measures: ['active-medication'] },
      { header: 'Since', measures: ['medication-start'], undated: true },
      { header: 'Planned', measures: ['planned-medication'] },
      { header: 'Unclear', measures: ['unclear-medication'] },
      { header: 'Stopped', measures: ['stopped-medication'] },
      { header: 'Sources', measures: ['medication-sources'], undated: true },
    ],
  },
  {
    type: 'matrix',
    title: 'Medicines that act on each other',
    row: 'How',
    columns: [{ header: 'Which', measures: ['drug-interaction'] }],
  },
  {
    type: 'matrix',
    title: 'Enzymes under the medicines on the list',
    row: 'Enzyme',
    columns: [
      { header: 'Inhibition', measures: ['enzyme-inhibition'] },
      { header: 'Induction', measures: ['enzyme-induction'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Opioid dose',
    row: 'Figure',
    columns: [{ header: 'Value', measures: ['morphine-milligram-equivalents', 'opioid-dose-limits'] }],
  },
  {
    type: 'matrix',
    title: 'Trials of drugs for depression and pain',
    row: 'Medicine',
    columns: [{ header: 'Latest course', measures: ['treatment-trial'], undated: true }],
  },
  {
    type: 'matrix',
    title: 'Adequate trials without response',
    row: 'For',
    columns: [{ header: 'Medicines', measures: ['adequate-trials-failed'], undated: true }],
  },
  {
    type: 'matrix',
    title: 'Laboratory values',
    row: 'Test',
    columns: [
      { header: 'Newest', measures: ['lab'], withUncertainty: true, withCourse: true },
      { header: "In the laboratory's range", measures: ['lab-flag'] },
      { header: 'Change', measures: ['lab-change'], withBand: true },
      { header: 'Slope a year', measures: ['lab-trend'], withUncertainty: true },
    ],
  },
  {
    type: 'matrix',
    title: 'Kidney function',
    row: 'Estimate',
    columns: [
      {
        header: 'Newest',
        measures: [
          'egfr-ckd-epi-2021',
          'egfr-ckd-epi-2021-cystatin',
          'egfr-ckd-epi-2012-cystatin',
          'egfr-bedside-schwartz',
          'creatinine-clearance-cockcroft-gault',
        ],
        withUncertainty: true,
        withCourse: true,
      },
    ],
  },
  {
    type: 'matrix',
    title: 'QT interval',
    row: 'Interval',
    columns: [
      {
        header: 'Newest',
        measures: [
          'qtc-interval',
          'qtc-reported',
          'qtc-fridericia',
          'qtc-bazett',
          'qtc-framingham',
          'qtc-hodges',
          'qt-interval',
        ],
        withCourse: true,
      },
    ],
  },
  {
    type: 'matrix',
    title: 'Vital signs',
    row: 'Sign',
    columns: [{ header: 'Newest', measures: ['vital'], withCourse: true }],
  },
  {
    type: 'matrix',
    title: 'Problems',
    row: 'Problem',
    columns: [{ header: 'State', measures: ['problem'], undated: true }],
  },
  {
    type: 'matrix',
    title: 'Conditions that change a plan',
    row: 'Condition',
    columns: [{ header: 'On record', measures: ['condition'] }],
  },
  {
    type: 'matrix',
    title: 'Allergies to medicines',
    row: 'Medicine',
    columns: [
      { header: 'Recorded', measures: ['drug-allergy'] },
      { header: 'Conflict', measures: ['allergy-conflict'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Problems that are a pain or speak to one',
    row: 'Problem',
    columns: [{ header: 'On record', measures: ['pain-problem'] }],
  },
  {
    type: 'matrix',
    title: 'Places of pain that the record states',
    row: 'Area',
    columns: [{ header: 'Record', measures: ['pain-site'] }],
  },
  {
    type: 'matrix',
    title: 'Red flags, as a form answers them',
    row: 'Group',
    columns: [{ header: 'Answers', measures: ['pain-red-flag'] }],
  },
  {
    type: 'matrix',
    title: 'Areas of the body on the newest map',
    row: 'Area',
    columns: [{ header: 'Pain', measures: ['pain-area'] }],
  },
  {
    // How sure the place is, and whether it may leave, before the place itself.
    type: 'matrix',
    title: 'Stimulation target',
    row: 'Circuit',
    columns: [
      { header: '95 % radius', measures: ['stimulation-target-radius'] },
      { header: 'Export for navigation', measures: ['stimulation-export'], undated: true },
      { header: 'Usable rest', measures: ['stimulation-target-usable-minutes'] },
      { header: 'Between halves', measures: ['stimulation-target-split-half'] },
      { header: 'With and without global signal', measures: ['stimulation-target-global-signal-distance'] },
      { header: 'Target', measures: ['stimulation-target'] },
      { header: 'From F3 of the group', measures: ['stimulation-target-f3-distance'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Asked before stimulation',
    row: 'Item',
    columns: [{ header: 'Answer', measures: ['stimulation-contraindication'], undated: true }],
  },
  {
    type: 'matrix',
    title: 'Sensory examination of the painful area',
    row: 'Asked for',
    columns: [{ header: 'Beside the healthy side', measures: ['sensory-finding'] }],
  },
  {
    type: 'matrix',
    title: 'ICD-11 classes that a clinician decided on',
    row: 'Class',
    columns: [{ header: 'Decision', measures: ['icd-11-chronic-pain'] }],
  },
  {
    type: 'matrix',
    title: 'Diary',
    row: 'Question',
    columns: [
      { header: 'Mean of the days', measures: ['diary-level'], withUncertainty: true },
      { header: 'Trend', measures: ['diary-trend'], withUncertainty: true },
      { header: 'Spread between days', measures: ['diary-spread-days'] },
      { header: 'Spread within days', measures: ['diary-spread-within-days'] },
      { header: 'From answer to answer', measures: ['diary-instability'] },
      { header: 'Autocorrelation', measures: ['diary-inertia'] },
      { header: 'Over the day', measures: ['diary-range-of-day'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Diary: what goes together (described, no cause)',
    row: 'Questions',
    columns: [{ header: 'Rank correlation', measures: ['diary-relation'], withUncertainty: true }],
  },
  {
    type: 'matrix',
    title: 'What the trials say',
    row: 'Trial',
    columns: [
      { header: 'Stop rule', measures: ['trial-stop'], undated: true },
      { header: 'Treatment minus comparison', measures: ['trial-effect'], withUncertainty: true },
      { header: 'Probability of benefit', measures: ['trial-benefit'], undated: true },
      { header: 'Of a worthwhile one', measures: ['trial-benefit-worthwhile'], undated: true },
      { header: 'Randomisation p', measures: ['trial-randomisation-p'], undated: true },
      { header: 'Days answered', measures: ['trial-days-answered'], undated: true },
      { header: 'Nonoverlap (describes)', measures: ['trial-nonoverlap'], undated: true },
    ],
  },
  { type: 'scores', title: 'Scores', room: 'psychosocial' },
  {
    type: 'matrix',
    title: 'Genotype',
    row: 'Gene',
    columns: [
      { header: 'Diplotype', measures: ['diplotype'] },
      { header: 'Activity score', measures: ['activity-score'] },
      { header: 'Phenotype', measures: ['metabolizer-phenotype'] },
      { header: 'Score under the drugs taken', measures: ['activity-score-adjusted'] },
      { header: 'Phenotype under the drugs taken', measures: ['metabolizer-phenotype-adjusted'] },
      { header: 'Coverage', measures: ['diplotype'], says: { issues: ['positions-missing'] } },
    ],
  },
  { type: 'guidance', title: 'Drug guidance', measure: 'drug-guidance' },
  { type: 'guidance', title: 'Drug guidance by genotype alone', measure: 'drug-guidance-genotype' },
  { type: 'guidance', title: 'Drug guidance by non-guideline inference', measure: 'drug-guidance-inferred' },
  {
    type: 'matrix',
    title: 'Appendix: variants of low evidence, which change no line of the plan',
    row: 'Variant',
    columns: [{ header: 'Genotype', measures: ['pgx-evidence-only'] }],
  },
  {
    type: 'matrix',
    title: 'Genotypes on record',
    row: 'Gene',
    columns: [
      { header: 'On record', measures: ['recorded-genotype'] },
      {
        header: 'Beside our own call',
        measures: ['recorded-genotype'],
        says: { issues: ['allele-unknown', 'recorded-differs'] },
      },
    ],
  },
  {
    type: 'matrix',
    title: 'Variants that ClinVar lists as pathogenic or likely pathogenic',
    row: 'Variant',
    columns: [
      { header: 'ClinVar says', measures: ['clinvar-match'] },
      { header: 'In which words', measures: ['clinvar-match'], says: { issues: [] } },
    ],
  },
  {
    type: 'matrix',
    title: 'Genes looked up in ClinVar',
    row: 'Gene',
    columns: [
      { header: 'Matches', measures: ['clinvar-match-count'] },
      { header: 'How far it looks', measures: ['clinvar-match-count'], says: { issues: ['clinvar-absence'] } },
    ],
  },
  {
    type: 'matrix',
    title: 'Variants in genes of pain, by the annotation of the file',
    row: 'Variant',
    columns: [
      { header: 'Annotated as', measures: ['annotated-variant'] },
      { header: 'Genotype', measures: ['annotated-variant'], says: { issues: [] } },
    ],
  },
  {
    type: 'matrix',
    title: 'Polygenic scores',
    row: 'Score',
    columns: [
      { header: 'Weighted sum', measures: ['polygenic-score'] },
      { header: 'Rows found', measures: ['polygenic-score-match'] },
      {
        header: 'Read against',
        measures: ['polygenic-score'],
        says: { issues: ['pgs-percentile', 'pgs-no-reference', 'pgs-match-too-low'] },
      },
    ],
  },
  {
    type: 'matrix',
    title: 'Tumour',
    row: 'Sample',
    columns: [
      { header: 'Variants', measures: ['somatic-variant-count'] },
      { header: 'Mutational burden', measures: ['tumour-mutational-burden'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Variants of the tumour that change a protein',
    row: 'Variant',
    columns: [
      { header: 'Share of reads', measures: ['somatic-variant'] },
      { header: 'Consequence', measures: ['somatic-variant'], says: { issues: [] } },
    ],
  },
  {
    type: 'matrix',
    title: 'Volumes',
    row: 'Structure',
    columns: [
      { header: 'Volume', measures: volumes },
      { header: '% of intracranial estimate', measures: volumes, percentOf: 'intracranial-volume-estimate' },
      { header: 'Asymmetry index', measures: ['brain-volume-asymmetry'], withUncertainty: true },
    ],
  },
  {
    type: 'matrix',
    title: 'Deviations: the whole brain first',
    row: 'Reference',
    columns: [
      { header: 'Measures beyond |z| 2', measures: ['deviation-count'], withBand: true },
      { header: 'In how many, by chance', measures: ['deviation-count'], says: { issues: ['false-positive-budget'] } },
      { header: 'Farthest hundredth, mean |z|', measures: ['deviation-extreme'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Measures with a reference',
    row: 'Measure',
    columns: [
      {
        header: 'Value',
        measures: ['cortical-thickness', 'structure-volume', 'cortical-area', 'reference-measure'],
        withBand: true,
      },
      { header: 'Change of z since the scan before', measures: ['deviation-change'], withUncertainty: true },
    ],
  },
  {
    type: 'matrix',
    title: 'Connectivity of the resting scan',
    row: 'Networks or circuit',
    columns: [
      {
        header: 'Fisher z, mean',
        measures: ['network-connectivity', 'circuit-connectivity', 'network-pair-connectivity'],
        withCourse: true,
      },
    ],
  },
  {
    type: 'matrix',
    title: 'Uptake',
    row: 'Region',
    columns: [
      { header: 'Volume', measures: ['region-volume'] },
      { header: 'SUVmax', measures: ['suv-max'], withUncertainty: true },
      { header: 'SUVpeak', measures: ['suv-peak'] },
      { header: 'SUVmean', measures: ['suv-mean'] },
      { header: 'SULmax', measures: ['sul-max'], withUncertainty: true },
      { header: 'SULpeak', measures: ['sul-peak'] },
      { header: 'SULmean', measures: ['sul-mean'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Diffusion',
    row: 'Region',
    columns: [
      { header: 'ADC', measures: ['adc-mean'], withUncertainty: true },
      { header: 'Mean diffusivity', measures: ['md-mean'] },
      { header: 'Axial', measures: ['ad-mean'] },
      { header: 'Radial', measures: ['rd-mean'] },
      { header: 'FA', measures: ['fa-mean'] },
      { header: 'Mean kurtosis', measures: ['mk-mean'] },
      { header: 'IVIM D', measures: ['ivim-d-mean'] },
      { header: 'Perfusion fraction', measures: ['ivim-f-mean'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Metabolic volume and total lesion glycolysis, by threshold',
    row: 'Region',
    columns: [
      { header: 'Volume, ≥ 41 % of maximum', measures: ['metabolic-tumour-volume-41-percent'] },
      { header: 'Volume, SUV ≥ 2.5', measures: ['metabolic-tumour-volume-suv-2-5'] },
      { header: 'Volume, SUV ≥ 4', measures: ['metabolic-tumour-volume-suv-4'] },
      { header: 'Glycolysis, ≥ 41 % of maximum', measures: ['total-lesion-glycolysis-41-percent'] },
      { header: 'Glycolysis, SUV ≥ 2.5', measures: ['total-lesion-glycolysis-suv-2-5'] },
      { header: 'Glycolysis, SUV ≥ 4', measures: ['total-lesion-glycolysis-suv-4'] },
    ],
  },
  {
    type: 'matrix',
    title: 'All lesions of a PET series together',
    row: 'Series',
    columns: [
      { header: 'Volume, ≥ 41 % of maximum', measures: ['total-metabolic-tumour-volume-41-percent'] },
      { header: 'Volume, SUV ≥ 2.5', measures: ['total-metabolic-tumour-volume-suv-2-5'] },
      { header: 'Volume, SUV ≥ 4', measures: ['total-metabolic-tumour-volume-suv-4'] },
      { header: 'Volume, above the liver', measures: ['total-metabolic-tumour-volume-percist-liver'] },
      { header: 'Volume, above the blood pool', measures: ['total-metabolic-tumour-volume-percist-blood'] },
      { header: 'Glycolysis, ≥ 41 % of maximum', measures: ['whole-body-lesion-glycolysis-41-percent'] },
      { header: 'Glycolysis, SUV ≥ 2.5', measures: ['whole-body-lesion-glycolysis-suv-2-5'] },
      { header: 'Glycolysis, SUV ≥ 4', measures: ['whole-body-lesion-glycolysis-suv-4'] },
      { header: 'Glycolysis, above the liver', measures: ['whole-body-lesion-glycolysis-percist-liver'] },
      { header: 'Glycolysis, above the blood pool', measures: ['whole-body-lesion-glycolysis-percist-blood'] },
      { header: 'Largest distance', measures: ['lesion-dissemination'] },
    ],
  },
  {
    type: 'matrix',
    title: 'PERCIST limits of measurable disease',
    row: 'Reference',
    columns: [{ header: 'Limit', measures: ['percist-limit-liver', 'percist-limit-blood-pool'] }],
  },
  {
    type: 'matrix',
    title: 'Kinetics of dynamic PET',
    row: 'Region',
    columns: [
      { header: 'Ki (Patlak)', measures: ['pet-patlak-ki'], withUncertainty: true },
      { header: 'Intercept (Patlak)', measures: ['pet-patlak-intercept'] },
      { header: 'VT (Logan)', measures: ['pet-logan-vt'], withUncertainty: true },
      { header: 'BPND (MRTM1)', measures: ['pet-mrtm1-bp-nd'], withUncertainty: true },
      { header: 'R1 (MRTM1)', measures: ['pet-mrtm1-r1'] },
      { header: 'k2a (MRTM1)', measures: ['pet-mrtm1-k2a'] },
      { header: "k2' (MRTM1)", measures: ['pet-mrtm1-k2-reference'] },
      { header: 'BPND (SRTM)', measures: ['pet-srtm-bp-nd'], withUncertainty: true },
      { header: 'R1 (SRTM)', measures: ['pet-srtm-r1'] },
      { header: 'k2 (SRTM)', measures: ['pet-srtm-k2'] },
      { header: "k2' (SRTM)", measures: ['pet-srtm-k2-reference'] },
    ],
  },
  {
    type: 'matrix',
    title: 'Perfusion',
    row: 'Region',
    columns: [
      { header: 'Ktrans', measures: ['ktrans-median'], withUncertainty: true },
      { header: 'kep', measures: ['kep-median'], withUncertainty: true },
      { header: 've', measures: ['ve-median'], withUncertainty: true },
      { header: 'vp', measures: ['vp-median'], withUncertainty: true },
      { header: 'Peak enhancement', measures: ['pe-median'] },
      { header: 'Early enhancement', measures: ['pe-early-median'] },
      { header: 'SER', measures: ['ser-median'] },
      { header: 'Time to peak', measures: ['time-to-peak-median'] },
      { header: 'Wash-in', measures: ['wash-in-median'] },
      { header: 'Wash-out', measures: ['wash-out-median'] },
      { header: 'CBF (ASL)', measures: ['cbf-median'], withUncertainty: true },
      { header: 'CBF (DSC)', measures: ['dsc-cbf-median'], withUncertainty: true },
      { header: 'CBV', measures: ['dsc-cbv-median'], withUncertainty: true },
      { header: 'MTT', measures: ['dsc-mtt-median'], withUncertainty: true },
      { header: 'Tmax', measures: ['dsc-tmax-median'], withUncertainty: true },
      { header: 'Arrival', measures: ['att-median'], withUncertainty: true },
    ],
  },
  {
    // What measuring twice explains stands below each change, and beside it that it is no more than that.
    type: 'matrix',
    title: 'Change between visits',
    row: 'Region',
    columns: [
      { header: 'SUVmax', measures: ['suv-max-change'], withUncertainty: true, withCourse: true },
      { header: 'SUVpeak', measures: ['suv-peak-change'], withUncertainty: true, withCourse: true },
      { header: 'SUVmean', measures: ['suv-mean-change'], withUncertainty: true, withCourse: true },
      { header: 'SULmax', measures: ['sul-max-change'], withUncertainty: true, withCourse: true },
      { header: 'SULpeak', measures: ['sul-peak-change'], withUncertainty: true, withCourse: true },
      { header: 'Metabolic volume, ≥ 41 %', measures: ['total-metabolic-tumour-volume-41-percent-change'] },
      { header: 'Metabolic volume, SUV ≥ 4', measures: ['total-metabolic-tumour-volume-suv-4-change'] },
      { header: 'ADC', measures: ['adc-mean-change'], withUncertainty: true, withCourse: true },
      { header: 'FA', measures: ['fa-mean-change'], withUncertainty: true, withCourse: true },
      { header: 'Mean diffusivity', measures: ['md-mean-change'], withUncertainty: true, withCourse: true },
      { header: 'Ktrans', measures: ['ktrans-median-change'], withUncertainty: true, withCourse: true },
      { header: 've', measures: ['ve-median-change'], withUncertainty: true, withCourse: true },
      { header: 'kep', measures: ['kep-median-change'], withUncertainty: true, withCourse: true },
      { header: 'CBF', measures: ['cbf-median-change'], withUncertainty: true, withCourse: true },
      { header: 'Arrival', measures: ['att-median-change'], withUncertainty: true, withCourse: true },
      { header: 'BPND (MRTM1)', measures: ['pet-mrtm1-bp-nd-change'], withUncertainty: true, withCourse: true },
      { header: 'BPND (SRTM)', measures: ['pet-srtm-bp-nd-change'], withUncertainty: true, withCourse: true },
      { header: 'VT (Logan)', measures: ['pet-logan-vt-change'], withUncertainty: true, withCourse: true },
      { header: 'Ki (Patlak)', measures: ['pet-patlak-ki-change'], withUncertainty: true, withCourse: true },
    ],
  },
  {
    type: 'matrix',
    title: 'Change in regions carried to the next visit',
    row: 'Region',
    columns: [
      { header: 'SUVmax', measures: ['suv-max-carried-change'], withUncertainty: true },
      { header: 'SUVpeak', measures: ['suv-peak-carried-change'], withUncertainty: true },
      { header: 'SUVmean', measures: ['suv-mean-carried-change'], withUncertainty: true },
      { header: 'ADC', measures: ['adc-mean-carried-change'], withUncertainty: true },
      { header: 'FA', measures: ['fa-mean-carried-change'], withUncertainty: true },
      { header: 'Mean diffusivity', measures: ['md-mean-carried-change'], withUncertainty: true },
      { header: 'Ktrans', measures: ['ktrans-median-carried-change'], withUncertainty: true },
    ],
  },
  {
    type: 'matrix',
    title: 'CT: tissue by attenuation',
    row: 'Region',
    columns: [
      { header: 'Volume', measures: ['ct-tissue-volume'] },
      { header: 'Area', measures: ['ct-tissue-area'] },
      { header: 'Mean attenuation', measures: ['ct-tissue-density'] },
    ],
  },
  {
    type: 'matrix',
    title: 'CT: coronary calcium',
    row: 'Vessel',
    columns: [
      { header: 'Agatston score', measures: ['ct-calcium-agatston-total', 'ct-calcium-agatston'] },
      { header: 'Volume', measures: ['ct-calcium-volume'] },
      { header: 'Mass', measures: ['ct-calcium-mass'] },
    ],
  },
  {
    type: 'matrix',
    title: 'CT: bone and lung',
    row: 'Region',
    columns: [
      { header: 'Vertebral bone', measures: ['ct-vertebral-density'], withUncertainty: true },
      { header: 'Lung volume', measures: ['ct-lung-volume'] },
      { header: 'Lung mass', measures: ['ct-lung-mass'] },
      { header: 'Mean attenuation', measures: ['ct-lung-density'] },
      { header: 'Below -950 HU', measures: ['ct-lung-laa950'], withUncertainty: true },
      { header: '15th percentile', measures: ['ct-lung-perc15'], withUncertainty: true },
    ],
  },
];

/** Shares the findings of a room out: each to the first view that takes it, the rest to the general table. */
export function shareOut(
  room: string,
  views: readonly FindingView[],
): { taken: { view: RoomView; findings: FindingView[] }[]; rest: FindingView[] } {
  let rest = [...views];
  const taken: { view: RoomView; findings: FindingView[] }[] = [];
  for (const view of roomViews) {
    const fits = (one: FindingView) => takes(view, room, one);
    const findings = rest.filter(fits);
    if (findings.length === 0) continue;
    rest = rest.filter((one) => !fits(one));
    taken.push({ view, findings });
  }
  return { taken, rest };
}

function takes(view: RoomView, room: string, { finding }: FindingView): boolean {
  switch (view.type) {
    case 'matrix':
      return view.columns.some((column) => column.measures.includes(finding.measure.code));
    case 'scores':
      return room === view.room && ['quantity', 'interval', 'refused'].includes(finding.value.type);
    case 'guidance':
      return finding.measure.code === view.measure;
  }
}
