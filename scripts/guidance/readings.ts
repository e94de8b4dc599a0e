import type { Action } from '../../src/genomics/guidance.ts';
import type { Step } from '../../src/genomics/guidance-words.ts';

/**
 * How each recommendation of CPIC's tables was read, by hand: which words lead to which action and steps. The first
 * reading of a drug whose pattern fits its text is taken (drug names in the text stand as `<D>`).
 */
export interface Reading {
  drugs: RegExp;
  text: RegExp;
  action: Action;
  steps: Step[];
}

const any = /./;
const tricyclics = /^(amitriptyline|clomipramine|desipramine|doxepin|imipramine|nortriptyline|trimipramine)$/;
const nsaids = /^(celecoxib|flurbiprofen|ibuprofen|lornoxicam|meloxicam|piroxicam|tenoxicam)$/;
const opioids = /^(codeine|tramadol|hydrocodone)$/;
const statins = /statin$/;
const secondaryAmines = ['nortriptyline', 'desipramine'];
const shortest = 'the lowest effective dose for the shortest time';
const myopathy = (dose: string): Step => ({ do: 'watch', what: `for muscle symptoms, ${dose}` });
const addOther: Step = { do: 'alternative', when: 'or a non-statin beside it when more is needed' };
const addOnly: Step = { do: 'know', what: 'consider a non-statin beside it when more is needed' };
const watchBlood: Step = { do: 'watch', what: 'for bone-marrow suppression, and adjust the dose by it' };
const measureG6pd: Step = { do: 'measure', what: 'G6PD activity: genotype alone does not settle it' };
const notBlood: Step = { do: 'know', what: 'the red-cell test misleads in new leukaemia and after transfusion' };
const skin: Step = { do: 'watch', what: 'for skin reactions: a negative test does not rule them out' };

export const readings: Reading[] = [
  { drugs: any, text: /^(No recommendation|n\/a$)/i, action: 'none', steps: [{ do: 'none' }] },

  // Opioids, PMID 33387367
  {
    drugs: opioids,
    text: /^Use <D> label .*dosing\.$/,
    action: 'label',
    steps: [{ do: 'label', dose: 'as labelled for age or weight' }],
  },
  {
    drugs: opioids,
    text: /^Use <D> label .*If no response/,
    action: 'label-then-review',
    steps: [
      { do: 'label', dose: 'as labelled for age or weight' },
      { do: 'switch-without-response', such: 'an opioid other than codeine or tramadol' },
      { do: 'because', what: 'less of the active opioid is formed' },
    ],
  },
  {
    drugs: opioids,
    text: /^Avoid <D> use because of potential for (serious )?toxicity/,
    action: 'avoid',
    steps: [
      { do: 'alternative', such: ['an opioid other than codeine or tramadol'] },
      { do: 'because', what: 'more of the active opioid than expected is formed, with a risk of serious toxicity' },
    ],
  },
  {
    drugs: opioids,
    text: /^Avoid <D> use because of possibility of diminished analgesia/,
    action: 'avoid',
    steps: [
      { do: 'alternative', such: ['an opioid other than codeine or tramadol'] },
      { do: 'because', what: 'hardly any of the active opioid is formed, so little relief is expected' },
    ],
  },

  // Tricyclics, PMID 27997040
  {
    drugs: tricyclics,
    text: /^Initiate therapy with recommended starting dose/,
    action: 'label',
    steps: [{ do: 'label' }],
  },
  {
    drugs: tricyclics,
    text: /^Consider a 25% reduction/,
    action: 'lower',
    steps: [{ do: 'start-lower', percent: [25] }, { do: 'levels' }],
  },
  {
    drugs: tricyclics,
    text: /^Avoid tricyclic use due to potential lack of efficacy/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', not: ['CYP2D6'] },
      { do: 'raise-target', ifUsed: true },
      { do: 'levels', ifUsed: true },
      { do: 'because', what: 'low levels are expected' },
    ],
  },
  {
    drugs: tricyclics,
    text: /^Avoid tricyclic use due to potential for side effects/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', not: ['CYP2D6'] },
      { do: 'start-lower', percent: [50], ifUsed: true },
      { do: 'levels', ifUsed: true },
      { do: 'because', what: 'high levels are expected' },
    ],
  },
  {
    drugs: tricyclics,
    text: /^Avoid tertiary amine use.*50% reduction/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', not: ['CYP2C19'], such: secondaryAmines },
      { do: 'start-lower', percent: [50], ifUsed: true },
      { do: 'levels', ifUsed: true },
    ],
  },
  {
    drugs: tricyclics,
    text: /^(Avoid tertiary amine use|Consider alternative drug not metabolized by CYP2C19)/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C19'], such: secondaryAmines },
      { do: 'levels', ifUsed: true },
    ],
  },
  {
    drugs: tricyclics,
    text: /^Avoid <D> use.*50% reduction/,
    action: 'avoid',
    steps: [{ do: 'avoid' }, { do: 'start-lower', percent: [50], ifUsed: true }, { do: 'levels', ifUsed: true }],
  },
  {
    drugs: tricyclics,
    text: /^Avoid <D> use.*higher target dose/,
    action: 'avoid',
    steps: [{ do: 'avoid' }, { do: 'raise-target', ifUsed: true }, { do: 'levels', ifUsed: true }],
  },
  {
    drugs: tricyclics,
    text: /^Avoid <D> use/,
    action: 'avoid',
    steps: [{ do: 'avoid' }, { do: 'levels', ifUsed: true }],
  },

  // Serotonin reuptake inhibitors, PMID 37032427
  {
    drugs: /citalopram$/,
    text: /^Initiate .*switching to a clinically appropriate alternative/,
    action: 'label-then-review',
    steps: [
      { do: 'label' },
      { do: 'raise-or-switch', not: ['CYP2C19'] },
      { do: 'because', what: 'exposure is somewhat low' },
    ],
  },
  {
    drugs: /citalopram$/,
    text: /^Consider a clinically appropriate alternative.*higher maintenance dose/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C19'] },
      { do: 'raise-target', ifUsed: true },
      { do: 'because', what: 'exposure is low' },
    ],
  },
  {
    drugs: /citalopram$/,
    text: /^Consider a clinically appropriate antidepressant.*50% reduction/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C19'] },
      { do: 'start-lower', ifUsed: true },
      { do: 'titrate-slowly', ifUsed: true },
      { do: 'maintain-lower', percent: [50], ifUsed: true },
      { do: 'because', what: 'exposure is high' },
    ],
  },
  {
    drugs: /^(citalopram|escitalopram|sertraline)$/,
    text: /^Initiate .*slower titration schedule and lower maintenance/,
    action: 'lower',
    steps: [
      { do: 'label' },
      { do: 'titrate-slowly' },
      { do: 'maintain-lower' },
      { do: 'because', what: 'exposure is raised' },
    ],
  },
  {
    drugs: /^sertraline$/,
    text: /^Initiate .*switching to a clinically appropriate alternative/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'raise-or-switch', not: ['CYP2C19', 'CYP2B6'] }],
  },
  {
    drugs: /^sertraline$/,
    text: /^Consider a lower starting dose.*50% .*or select/,
    action: 'lower',
    steps: [
      { do: 'start-lower' },
      { do: 'titrate-slowly' },
      { do: 'maintain-lower', percent: [50] },
      { do: 'alternative', not: ['CYP2C19'], when: 'instead' },
    ],
  },
  {
    drugs: /^sertraline$/,
    text: /^Consider a lower starting dose.*25% .*or select/,
    action: 'lower',
    steps: [
      { do: 'start-lower' },
      { do: 'titrate-slowly' },
      { do: 'maintain-lower', percent: [25] },
      { do: 'alternative', not: ['CYP2B6'], when: 'instead' },
    ],
  },
  {
    drugs: /^sertraline$/,
    text: /^Consider a lower starting dose.*50% reduction/,
    action: 'lower',
    steps: [{ do: 'start-lower' }, { do: 'titrate-slowly' }, { do: 'maintain-lower', percent: [50] }],
  },
  {
    drugs: /^sertraline$/,
    text: /^Select an alternative/,
    action: 'alternative',
    steps: [{ do: 'alternative', not: ['CYP2C19', 'CYP2B6'] }],
  },
  {
    drugs: /^paroxetine$/,
    text: /^Select alternative drug/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2D6'] },
      { do: 'because', what: 'low levels are expected' },
    ],
  },
  {
    drugs: /^paroxetine$/,
    text: /^Consider a lower starting dose/,
    action: 'lower',
    steps: [{ do: 'start-lower' }, { do: 'titrate-slowly' }],
  },
  {
    drugs: /^paroxetine$/,
    text: /^Consider a 50% reduction/,
    action: 'lower',
    steps: [{ do: 'start-lower', percent: [50] }, { do: 'titrate-slowly' }, { do: 'maintain-lower', percent: [50] }],
  },
  {
    drugs: /^fluvoxamine$/,
    text: /^Consider a 25-50% lower/,
    action: 'lower',
    steps: [
      { do: 'start-lower', percent: [25, 50] },
      { do: 'titrate-slowly' },
      { do: 'alternative', not: ['CYP2D6'], when: 'instead' },
    ],
  },
  {
    drugs: /^venlafaxine$/,
    text: /^Consider a clinically appropriate alternative/,
    action: 'alternative',
    steps: [{ do: 'alternative', not: ['CYP2D6'] }],
  },
  { drugs: /^venlafaxine$/, text: /^No action recommended/, action: 'none', steps: [{ do: 'none' }] },
  {
    drugs: /^vortioxetine$/,
    text: /^Select alternative drug/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2D6'] },
      { do: 'raise-target', ifUsed: true },
      { do: 'know', what: 'half as much again, or more, may be needed' },
    ],
  },
  {
    drugs: /^vortioxetine$/,
    text: /^Initiate 50%/,
    action: 'lower',
    steps: [
      { do: 'start-percent', percent: [50], of: 'usual' },
      { do: 'cap', dose: '10 mg a day' },
      { do: 'alternative', not: ['CYP2D6'], when: 'instead' },
    ],
  },
  {
    drugs: /^(citalopram|escitalopram|sertraline|paroxetine|fluvoxamine|venlafaxine|vortioxetine)$/,
    text: /^Initiate therapy with recommended starting dose/,
    action: 'label',
    steps: [{ do: 'label' }],
  },

  // NSAIDs, PMID 32189324
  {
    drugs: nsaids,
    text: /^Initiate therapy with recommended starting dose/,
    action: 'label',
    steps: [{ do: 'label', dose: shortest }],
  },
  {
    drugs: nsaids,
    text: /^Initiate therapy with lowest recommended/,
    action: 'lower',
    steps: [
      { do: 'start-lowest' },
      { do: 'titrate-slowly' },
      { do: 'watch', what: 'blood pressure and kidney function' },
      { do: 'because', what: 'clearance is moderately reduced' },
    ],
  },
  {
    drugs: nsaids,
    text: /^Initiate therapy with 25-50%/,
    action: 'lower',
    steps: [
      { do: 'start-percent', percent: [25, 50], of: 'lowest' },
      { do: 'cap', percent: [25, 50] },
      { do: 'know', what: 'no increase before steady state' },
      { do: 'alternative', not: ['CYP2C9'], when: 'instead' },
      { do: 'because', what: 'clearance is much reduced' },
    ],
  },
  {
    drugs: /^meloxicam$/,
    text: /^Initiate therapy with 50%/,
    action: 'lower',
    steps: [
      { do: 'start-percent', percent: [50], of: 'lowest' },
      { do: 'cap', percent: [50] },
      { do: 'know', what: 'no increase before steady state' },
      { do: 'alternative', not: ['CYP2C9'], when: 'instead' },
    ],
  },
  {
    drugs: nsaids,
    text: /^Choose an alternative therapy not metabolized by CYP2C9/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C9'], when: 'or an NSAID with a shorter half-life at its own reduced dose' },
      { do: 'because', what: 'the drug would stay much longer' },
    ],
  },

  // Atomoxetine, PMID 30801677
  {
    drugs: /^atomoxetine$/,
    text: /40 mg\/day and increase to 80/,
    action: 'label-then-review',
    steps: [
      { do: 'start-at', dose: '40 mg a day' },
      { do: 'increase-after', dose: '80 mg a day', when: 'after 3 days' },
      { do: 'levels' },
      { do: 'know', what: 'a peak level below 200 ng/ml leaves room for more' },
    ],
  },
  {
    drugs: /^atomoxetine$/,
    text: /40 mg\/day and if no clinical response/,
    action: 'lower',
    steps: [
      { do: 'start-at', dose: '40 mg a day' },
      {
        do: 'increase-after',
        dose: '80 mg a day',
        when: 'only after 2 weeks without response and without side effects',
      },
      { do: 'levels' },
    ],
  },
  {
    drugs: /^atomoxetine$/,
    text: /0\.5 mg\/kg(\/day)? and increase to 1\.2/,
    action: 'label-then-review',
    steps: [
      { do: 'start-at', dose: '0.5 mg/kg a day' },
      { do: 'increase-after', dose: '1.2 mg/kg a day', when: 'after 3 days' },
      { do: 'levels' },
      { do: 'know', what: 'a peak level below 200 ng/ml leaves room for more' },
    ],
  },
  {
    drugs: /^atomoxetine$/,
    text: /0\.5 mg\/kg\/day and if no clinical response/,
    action: 'lower',
    steps: [
      { do: 'start-at', dose: '0.5 mg/kg a day' },
      { do: 'know', what: 'after 2 weeks without response a level shows whether more is needed' },
      { do: 'levels' },
    ],
  },

  // Proton pump inhibitors, PMID 32770672
  {
    drugs: /prazole$/,
    text: /^Increase starting daily dose by 100%/,
    action: 'higher',
    steps: [
      { do: 'raise', percent: [100] },
      { do: 'watch', what: 'the effect; the dose may be divided' },
    ],
  },
  {
    drugs: /prazole$/,
    text: /^Initiate standard starting daily dose\. Consider increasing dose/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'raise', percent: [50, 100], when: 'for Helicobacter or erosive oesophagitis' }],
  },
  {
    drugs: /prazole$/,
    text: /consider 50% reduction in daily dose/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'maintain-lower', percent: [50], when: 'once it works beyond 12 weeks' }],
  },

  // Clopidogrel, PMID 35034351
  {
    drugs: /^clopidogrel$/,
    text: /^If considering <D>/,
    action: 'label',
    steps: [{ do: 'label', dose: '75 mg a day' }],
  },
  {
    drugs: /^clopidogrel$/,
    text: /^Avoid .*(prasugrel or ticagrelor)/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', such: ['prasugrel', 'ticagrelor'], when: 'where nothing speaks against it' },
      { do: 'because', what: 'less of the active form is made' },
    ],
  },
  {
    drugs: /^clopidogrel$/,
    text: /^Avoid <D> if possible/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', such: ['another P2Y12 inhibitor'], when: 'where nothing speaks against it' },
      { do: 'because', what: 'less of the active form is made' },
    ],
  },
  {
    drugs: /^clopidogrel$/,
    text: /^Consider an alternative P2Y12/,
    action: 'alternative',
    steps: [
      { do: 'alternative', such: ['another P2Y12 inhibitor'], when: 'where nothing speaks against it' },
      { do: 'because', what: 'less of the active form is made' },
    ],
  },

  // Voriconazole, PMID 27981572
  {
    drugs: /^voriconazole$/,
    text: /therapeutic trough/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'watch', what: 'trough levels, and titrate by them' }],
  },
  { drugs: /^voriconazole$/, text: /^Initiate/, action: 'label', steps: [{ do: 'label' }] },
  {
    drugs: /^voriconazole$/,
    text: /lower than standard dosage/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C19'] },
      { do: 'start-lower', ifUsed: true },
      { do: 'levels', ifUsed: true },
      { do: 'because', what: 'high levels are expected' },
    ],
  },
  {
    drugs: /^voriconazole$/,
    text: /^Choose an alternative agent/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2C19'] },
      { do: 'because', what: 'levels may never be reached' },
    ],
  },

  // Statins, PMID 35152405
  {
    drugs: /^simvastatin$/,
    text: /limit dose to <20mg/,
    action: 'alternative',
    steps: [
      { do: 'alternative', such: ['another statin of the potency that is wanted'] },
      { do: 'cap', dose: 'less than 20 mg a day', ifUsed: true },
    ],
  },
  {
    drugs: /^lovastatin$/,
    text: /limit dose to ≤20mg/,
    action: 'alternative',
    steps: [
      { do: 'alternative', such: ['another statin of the potency that is wanted'] },
      { do: 'cap', dose: '20 mg a day', ifUsed: true },
    ],
  },
  {
    drugs: statins,
    text: /^Prescribe an alternative statin/,
    action: 'alternative',
    steps: [
      { do: 'alternative', such: ['another statin of the potency that is wanted'] },
      { do: 'because', what: 'the risk of muscle damage is raised' },
    ],
  },
  ...[1, 2, 10, 20, 40].flatMap((mg): Reading[] => [
    {
      drugs: /^(atorvastatin|pitavastatin)$/,
      text: new RegExp(`≤ ?${mg}mg as a starting dose.*possible increased risk for myopathy.*alternative statin`),
      action: 'lower',
      steps: [{ do: 'start-at-most', dose: `${mg} mg` }, myopathy('more so above half of it'), addOther],
    },
    {
      drugs: /^atorvastatin$/,
      text: new RegExp(`≤${mg}mg as a starting dose.*possible increased risk for myopathy`),
      action: 'lower',
      steps: [{ do: 'start-at-most', dose: `${mg} mg` }, myopathy('more so at the full dose'), addOnly],
    },
    {
      drugs: statins,
      text: new RegExp(`≤${mg}mg (per day )?as a starting dose.*(alternative statin|rosuvastatin or combination)`),
      action: 'lower',
      steps: [{ do: 'start-at-most', dose: `${mg} mg` }, addOther],
    },
    {
      drugs: statins,
      text: new RegExp(`≤${mg}mg (per day )?as a starting dose`),
      action: 'lower',
      steps: [{ do: 'start-at-most', dose: `${mg} mg` }, addOnly],
    },
  ]),
  ...[20, 40].map(
    (mg): Reading => ({
      drugs: statins,
      text: new RegExp(`desired starting dose.*possible increased risk for myopathy.*>${mg}mg`),
      action: 'label-then-review',
      steps: [{ do: 'label' }, myopathy(`more so above ${mg} mg`)],
    }),
  ),
  { drugs: statins, text: /desired starting dose/, action: 'label', steps: [{ do: 'label' }] },

  // Thiopurines, PMID 30447069
  {
    drugs: /^(azathioprine|mercaptopurine|thioguanine)$/,
    text: /^(Neither TPMT or|(NUDT15|TPMT) phenotype could not be assigned.*(no TPMT|NUDT15 genotype is not|no NUDT15|there is no))/,
    action: 'test-first',
    steps: [{ do: 'measure', what: 'red-cell TPMT activity' }, watchBlood, notBlood],
  },
  {
    drugs: /^(azathioprine|mercaptopurine|thioguanine)$/,
    text: /normal starting dose \(e\.g\..*TPMT (phenotype could not|genotype is not|phenotype|genotype)/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'measure', what: 'red-cell TPMT activity' }, watchBlood],
  },
  {
    drugs: /^thioguanine$/,
    text: /start with normal starting dose.*NUDT15/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, watchBlood],
  },
  {
    drugs: /^(azathioprine|mercaptopurine|thioguanine)$/,
    text: /start with normal starting dose/i,
    action: 'label',
    steps: [{ do: 'label' }],
  },
  {
    drugs: /^(azathioprine|mercaptopurine)$/,
    text: /30%-80%/,
    action: 'lower',
    steps: [{ do: 'start-percent', percent: [30, 80], of: 'usual' }, watchBlood],
  },
  {
    drugs: /^thioguanine$/,
    text: /50% to 80%/,
    action: 'lower',
    steps: [{ do: 'start-percent', percent: [50, 80], of: 'usual' }, watchBlood],
  },
  {
    drugs: /^(azathioprine|mercaptopurine|thioguanine)$/,
    text: /drastically reduced doses/,
    action: 'avoid',
    steps: [
      {
        do: 'alternative',
        such: ['an immunosuppressant that is no thiopurine'],
        when: 'where the disease is not malignant',
      },
      { do: 'start-percent', percent: [10], of: 'usual', ifUsed: true },
      { do: 'know', what: 'given three days a week' },
      watchBlood,
      { do: 'because', what: 'the usual dose can be fatal' },
    ],
  },
  {
    drugs: /^azathioprine$/,
    text: /drastically reduced normal daily doses/,
    action: 'avoid',
    steps: [
      {
        do: 'alternative',
        such: ['an immunosuppressant that is no thiopurine'],
        when: 'where the disease is not malignant',
      },
      { do: 'start-percent', percent: [10], of: 'usual', ifUsed: true },
      watchBlood,
      { do: 'because', what: 'the usual dose can be fatal' },
    ],
  },
  {
    drugs: /^mercaptopurine$/,
    text: /initiate dose at 10 mg\/m2\/day/,
    action: 'avoid',
    steps: [
      {
        do: 'alternative',
        such: ['an immunosuppressant that is no thiopurine'],
        when: 'where the disease is not malignant',
      },
      { do: 'start-at', dose: '10 mg/m2 a day', ifUsed: true },
      watchBlood,
      { do: 'because', what: 'the usual dose can be fatal' },
    ],
  },
  {
    drugs: /^thioguanine$/,
    text: /reduce starting doses to 25%/i,
    action: 'lower',
    steps: [
      { do: 'start-percent', percent: [25], of: 'usual' },
      watchBlood,
      {
        do: 'alternative',
        such: ['an immunosuppressant that is no thiopurine'],
        when: 'where the disease is not malignant',
      },
    ],
  },

  // Fluoropyrimidines, PMID 29152729
  {
    drugs: /^(capecitabine|fluorouracil)$/,
    text: /no indication to change/,
    action: 'label',
    steps: [{ do: 'label' }],
  },
  {
    drugs: /^(capecitabine|fluorouracil)$/,
    text: /may require >50% reduction/,
    action: 'lower',
    steps: [
      { do: 'start-lower', percent: [50] },
      { do: 'know', what: 'then titrate by toxicity or levels' },
      { do: 'know', what: 'two copies of c.2846A>T may need less still' },
    ],
  },
  {
    drugs: /^(capecitabine|fluorouracil)$/,
    text: /^Reduce starting dose by 50%/,
    action: 'lower',
    steps: [
      { do: 'start-lower', percent: [50] },
      { do: 'know', what: 'then titrate by toxicity or levels' },
    ],
  },
  {
    drugs: /^(capecitabine|fluorouracil)$/,
    text: /strongly reduced dose/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', such: ['a regimen without a fluoropyrimidine'] },
      { do: 'start-lower', ifUsed: true },
      { do: 'levels', ifUsed: true },
      { do: 'because', what: 'the usual dose can be fatal' },
    ],
  },
  {
    drugs: /^(capecitabine|fluorouracil)$/,
    text: /^Avoid use of 5-/,
    action: 'avoid',
    steps: [
      { do: 'avoid' },
      { do: 'alternative', such: ['a regimen without a fluoropyrimidine'] },
      { do: 'because', what: 'the usual dose can be fatal' },
    ],
  },

  // G6PD, PMID 36049896
  {
    drugs: any,
    text: /^No reason to avoid based on G6PD/,
    action: 'label',
    steps: [{ do: 'label', dose: 'G6PD gives no reason against it' }],
  },
  { drugs: any, text: /^To ascertain G6PD/, action: 'test-first', steps: [measureG6pd] },
  { drugs: /^nitrofurantoin$/, text: /^If deemed necessary/, action: 'test-first', steps: [measureG6pd] },
  {
    drugs: /^nitrofurantoin$/,
    text: /^Use at standard doses with caution/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'watch', what: 'for anaemia' }],
  },
  {
    drugs: /^primaquine$/,
    text: /^Avoid <D>, except/,
    action: 'avoid',
    steps: [
      { do: 'avoid', unless: 'except in malaria by an expert protocol with weekly doses and monitoring' },
      { do: 'because', what: 'red cells may break down' },
    ],
  },
  {
    drugs: /^(rasburicase|dapsone|methylene blue|pegloticase|nitrofurantoin|primaquine|tafenoquine|toluidine blue)$/,
    text: /^Avoid/,
    action: 'avoid',
    steps: [{ do: 'avoid' }, { do: 'because', what: 'red cells may break down' }],
  },

  // HLA: PMID 24561393, 26094938, 29392710, 32779747
  {
    drugs: /^abacavir$/,
    text: /^Use <D> per standard dosing/,
    action: 'label',
    steps: [{ do: 'label' }],
  },
  {
    drugs: /^(allopurinol|carbamazepine|oxcarbazepine)$/,
    text: /^Use <D> per standard dosing/,
    action: 'label',
    steps: [{ do: 'label' }, skin],
  },
  {
    drugs: /^abacavir$/,
    text: /^<D> is not recommended/,
    action: 'avoid',
    steps: [{ do: 'do-not-start' }, { do: 'because', what: 'severe hypersensitivity is likely' }],
  },
  {
    drugs: /^allopurinol$/,
    text: /^<D> is contraindicated/,
    action: 'avoid',
    steps: [{ do: 'contraindicated' }, { do: 'because', what: 'severe skin reactions are much more likely' }],
  },
  {
    drugs: /^(carbamazepine|oxcarbazepine)$/,
    text: /alternative agents are available, do not use/,
    action: 'avoid',
    steps: [
      { do: 'avoid', unless: 'where there is one' },
      { do: 'because', what: 'severe skin reactions are more likely' },
    ],
  },
  {
    drugs: /^(carbamazepine|oxcarbazepine)$/,
    text: /do not use <D>/,
    action: 'avoid',
    steps: [{ do: 'do-not-start' }, { do: 'because', what: 'severe skin reactions are much more likely' }],
  },
  {
    drugs: /^carbamazepine$/,
    text: /alternative agents are not available/,
    action: 'label-then-review',
    steps: [{ do: 'watch', what: 'for skin reactions at short intervals; the first sign ends the trial' }],
  },
  {
    drugs: /^(carbamazepine|oxcarbazepine|phenytoin|fosphenytoin)$/,
    text: /longer than three months/,
    action: 'label-then-review',
    steps: [{ do: 'know', what: 'skin reactions come within 3 months of steady use, so it may cautiously go on' }],
  },
  {
    drugs: /phenytoin$/,
    text: /naive, do not use/,
    action: 'avoid',
    steps: [
      { do: 'do-not-start' },
      { do: 'know', what: 'carbamazepine and oxcarbazepine carry the same risk' },
      { do: 'because', what: 'severe skin reactions are much more likely' },
    ],
  },
  { drugs: /phenytoin$/, text: /^No adjustments needed/, action: 'label', steps: [{ do: 'label' }, skin] },
  ...[25, 50].map(
    (less): Reading => ({
      drugs: /phenytoin$/,
      text: new RegExp(`approximately ${less}% less`),
      action: 'lower',
      steps: [
        { do: 'know', what: 'the usual first or loading dose' },
        { do: 'maintain-lower', percent: [less], when: 'from then on' },
        { do: 'levels' },
        skin,
      ],
    }),
  ),

  // Malignant hyperthermia, PMID 30499100
  {
    drugs: /(flurane|^halothane|^succinylcholine)$/,
    text: /relatively contraindicated/,
    action: 'avoid',
    steps: [
      { do: 'contraindicated', unless: 'except where nothing else will do' },
      { do: 'alternative', such: ['anaesthesia without triggering agents'] },
      { do: 'know', what: 'tell the anaesthetist before any anaesthesia' },
      { do: 'because', what: 'malignant hyperthermia is possible' },
    ],
  },
  {
    drugs: /(flurane|^halothane|^succinylcholine)$/,
    text: /[Cc]linical findings, family history/,
    action: 'label-then-review',
    steps: [{ do: 'know', what: 'history, family and further tests decide: no variant found does not rule it out' }],
  },

  // Aminoglycosides, PMID 34032273
  {
    drugs: /(micin|mycin|amikacin)$/,
    text: /^Avoid aminoglycoside/,
    action: 'avoid',
    steps: [
      { do: 'avoid', unless: 'unless the infection leaves no safer choice' },
      { do: 'because', what: 'hearing may be lost for good' },
    ],
  },
  {
    drugs: /(micin|mycin|amikacin)$/,
    text: /^Use aminoglycoside/,
    action: 'label-then-review',
    steps: [
      { do: 'label', dose: 'for the shortest time' },
      { do: 'watch', what: 'drug levels and hearing' },
    ],
  },

  // Others
  {
    drugs: /^efavirenz$/,
    text: /standard dosing/,
    action: 'label',
    steps: [{ do: 'label', dose: '600 mg a day' }],
  },
  {
    drugs: /^efavirenz$/,
    text: /400 or 200/,
    action: 'lower',
    steps: [
      { do: 'start-at', dose: '400 or 200 mg a day' },
      { do: 'because', what: 'high levels are expected' },
    ],
  },
  {
    drugs: /^efavirenz$/,
    text: /decreased dose of 400/,
    action: 'lower',
    steps: [
      { do: 'start-at', dose: '400 mg a day' },
      { do: 'because', what: 'raised levels are expected' },
    ],
  },
  {
    drugs: /setron$/,
    text: /^Select alternative/,
    action: 'alternative',
    steps: [
      { do: 'alternative', not: ['CYP2D6'], such: ['granisetron'] },
      { do: 'because', what: 'little effect is expected' },
    ],
  },
  { drugs: /setron$/, text: /^Insufficient evidence/, action: 'none', steps: [{ do: 'none' }] },
  { drugs: /setron$/, text: /^Initiate/, action: 'label', steps: [{ do: 'label' }] },
  {
    drugs: /^tamoxifen$/,
    text: /^Avoid moderate and strong CYP2D6 inhibitors/,
    action: 'label-then-review',
    steps: [
      { do: 'label', dose: '20 mg a day' },
      { do: 'keep-off', what: 'moderate and strong CYP2D6 inhibitors beside it' },
    ],
  },
  {
    drugs: /^tamoxifen$/,
    text: /^(Recommend alternative hormonal|Consider hormonal)/,
    action: 'alternative',
    steps: [
      { do: 'alternative', such: ['an aromatase inhibitor, before menopause with ovarian suppression'] },
      { do: 'start-at', dose: '40 mg a day where that is not possible', ifUsed: true },
      { do: 'keep-off', what: 'CYP2D6 inhibitors beside it' },
      { do: 'because', what: 'less of the active form is made' },
    ],
  },
  {
    drugs: /^tacrolimus$/,
    text: /^Increase starting dose 1\.5 to 2/,
    action: 'higher',
    steps: [{ do: 'raise', fold: [1.5, 2] }, { do: 'cap', dose: '0.3 mg/kg a day' }, { do: 'levels' }],
  },
  {
    drugs: /^tacrolimus$/,
    text: /^Initiate therapy with standard/,
    action: 'label',
    steps: [{ do: 'label', dose: 'then by drug levels' }],
  },
  {
    drugs: /^atazanavir$/,
    text: /^There is no need to avoid/,
    action: 'label-then-review',
    steps: [{ do: 'label' }, { do: 'know', what: 'say that jaundice is unlikely with this genotype' }],
  },
  {
    drugs: /^atazanavir$/,
    text: /^Consider an alternative agent/,
    action: 'alternative',
    steps: [{ do: 'alternative' }, { do: 'because', what: 'jaundice that ends the treatment is likely' }],
  },
  { drugs: /^ivacaftor$/, text: /^Use <D> according/, action: 'label', steps: [{ do: 'label' }] },
  {
    drugs: /^ivacaftor$/,
    text: /not recommended/,
    action: 'avoid',
    steps: [{ do: 'avoid' }, { do: 'because', what: 'no effect is expected with these variants' }],
  },
];
