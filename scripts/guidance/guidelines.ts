/** Guidelines whose tables are taken over: what they are called, and the level of each pair (CPIC, A or B). */
export interface Guideline {
  id: string;
  title: string;
  version: string;
  pmid: string;
  drugs: Record<string, 'A' | 'B'>;
}

export const guidelines: Guideline[] = [
  {
    id: 'opioids-2021',
    title: 'CPIC CYP2D6, OPRM1, COMT and opioids',
    version: '2021',
    pmid: '33387367',
    drugs: { codeine: 'A', hydrocodone: 'B', tramadol: 'A' },
  },
  {
    id: 'ssri-2023',
    title: 'CPIC CYP2D6, CYP2C19, CYP2B6, SLC6A4, HTR2A and serotonin reuptake inhibitors',
    version: '2023',
    pmid: '37032427',
    drugs: {
      citalopram: 'A',
      escitalopram: 'A',
      fluvoxamine: 'B',
      paroxetine: 'A',
      sertraline: 'A',
      venlafaxine: 'B',
      vortioxetine: 'A',
    },
  },
  {
    id: 'tricyclics-2016',
    title: 'CPIC CYP2D6, CYP2C19 and tricyclics, 2016 update',
    version: '2016',
    pmid: '27997040',
    drugs: {
      amitriptyline: 'A',
      clomipramine: 'B',
      desipramine: 'B',
      doxepin: 'B',
      imipramine: 'B',
      nortriptyline: 'A',
      trimipramine: 'B',
    },
  },
  {
    id: 'nsaids-2020',
    title: 'CPIC CYP2C9 and NSAIDs',
    version: '2020',
    pmid: '32189324',
    drugs: {
      celecoxib: 'A',
      flurbiprofen: 'A',
      ibuprofen: 'A',
      lornoxicam: 'A',
      meloxicam: 'A',
      piroxicam: 'A',
      tenoxicam: 'A',
    },
  },
  {
    id: 'atomoxetine-2019',
    title: 'CPIC CYP2D6 and atomoxetine',
    version: '2019',
    pmid: '30801677',
    drugs: { atomoxetine: 'A' },
  },
  {
    id: 'proton-pump-inhibitors-2020',
    title: 'CPIC CYP2C19 and proton pump inhibitors',
    version: '2020',
    pmid: '32770672',
    drugs: { dexlansoprazole: 'B', lansoprazole: 'A', omeprazole: 'A', pantoprazole: 'A' },
  },
  {
    id: 'clopidogrel-2022',
    title: 'CPIC CYP2C19 and clopidogrel',
    version: '2022',
    pmid: '35034351',
    drugs: { clopidogrel: 'A' },
  },
  {
    id: 'voriconazole-2016',
    title: 'CPIC CYP2C19 and voriconazole',
    version: '2016',
    pmid: '27981572',
    drugs: { voriconazole: 'A' },
  },
  {
    id: 'statins-2022',
    title: 'CPIC SLCO1B1, ABCG2, CYP2C9 and statins',
    version: '2022',
    pmid: '35152405',
    drugs: {
      atorvastatin: 'A',
      fluvastatin: 'A',
      lovastatin: 'A',
      pitavastatin: 'A',
      pravastatin: 'A',
      rosuvastatin: 'A',
      simvastatin: 'A',
    },
  },
  {
    id: 'thiopurines-2018',
    title: 'CPIC TPMT, NUDT15 and thiopurines',
    version: '2018',
    pmid: '30447069',
    drugs: { azathioprine: 'A', mercaptopurine: 'A', thioguanine: 'A' },
  },
  {
    id: 'fluoropyrimidines-2017',
    title: 'CPIC DPYD and fluoropyrimidines',
    version: '2017',
    pmid: '29152729',
    drugs: { capecitabine: 'A', fluorouracil: 'A' },
  },
  {
    id: 'g6pd-2022',
    title: 'CPIC G6PD and drugs that break down red cells',
    version: '2022',
    pmid: '36049896',
    drugs: {
      dapsone: 'A',
      'methylene blue': 'A',
      nitrofurantoin: 'A',
      pegloticase: 'A',
      primaquine: 'A',
      rasburicase: 'A',
      tafenoquine: 'A',
      'toluidine blue': 'A',
    },
  },
  {
    id: 'abacavir-2014',
    title: 'CPIC HLA-B and abacavir, 2014 update',
    version: '2014',
    pmid: '24561393',
    drugs: { abacavir: 'A' },
  },
  {
    id: 'allopurinol-2015',
    title: 'CPIC HLA-B and allopurinol, 2015 update',
    version: '2015',
    pmid: '26094938',
    drugs: { allopurinol: 'A' },
  },
  {
    id: 'carbamazepine-2017',
    title: 'CPIC HLA-A, HLA-B, carbamazepine and oxcarbazepine, 2017 update',
    version: '2017',
    pmid: '29392710',
    drugs: { carbamazepine: 'A', oxcarbazepine: 'A' },
  },
  {
    id: 'phenytoin-2020',
    title: 'CPIC CYP2C9, HLA-B and phenytoin, 2020 update',
    version: '2020',
    pmid: '32779747',
    drugs: { fosphenytoin: 'A', phenytoin: 'A' },
  },
  {
    id: 'anaesthetics-2018',
    title: 'CPIC RYR1, CACNA1S, volatile anaesthetics and succinylcholine',
    version: '2018',
    pmid: '30499100',
    drugs: {
      desflurane: 'A',
      enflurane: 'A',
      halothane: 'A',
      isoflurane: 'A',
      methoxyflurane: 'A',
      sevoflurane: 'A',
      succinylcholine: 'A',
    },
  },
  {
    id: 'aminoglycosides-2021',
    title: 'CPIC MT-RNR1 and aminoglycosides',
    version: '2021',
    pmid: '34032273',
    drugs: {
      amikacin: 'A',
      gentamicin: 'A',
      kanamycin: 'A',
      paromomycin: 'A',
      plazomicin: 'A',
      streptomycin: 'A',
      tobramycin: 'A',
    },
  },
  {
    id: 'efavirenz-2019',
    title: 'CPIC CYP2B6 and efavirenz',
    version: '2019',
    pmid: '31006110',
    drugs: { efavirenz: 'A' },
  },
  {
    id: 'antiemetics-2016',
    title: 'CPIC CYP2D6, ondansetron and tropisetron',
    version: '2016',
    pmid: '28002639',
    drugs: { ondansetron: 'A', tropisetron: 'A' },
  },
  {
    id: 'tamoxifen-2018',
    title: 'CPIC CYP2D6 and tamoxifen',
    version: '2018',
    pmid: '29385237',
    drugs: { tamoxifen: 'A' },
  },
  {
    id: 'tacrolimus-2015',
    title: 'CPIC CYP3A5 and tacrolimus',
    version: '2015',
    pmid: '25801146',
    drugs: { tacrolimus: 'A' },
  },
  {
    id: 'atazanavir-2015',
    title: 'CPIC UGT1A1 and atazanavir',
    version: '2015',
    pmid: '26417955',
    drugs: { atazanavir: 'A' },
  },
  {
    id: 'ivacaftor-2014',
    title: 'CPIC CFTR and ivacaftor',
    version: '2014',
    pmid: '24598717',
    drugs: { ivacaftor: 'A' },
  },
];

/** What a reader must know besides the rows, in own words. */
export const notes: Record<string, { population: string; statement: string; source: string }[]> = {
  amitriptyline: [lowDose()],
  nortriptyline: [lowDose()],
  citalopram: [
    {
      population: 'CYP2C19 poor metabolizers, CYP2C19 inhibitor taken, hepatic impairment, over 60 years',
      statement: 'The label caps citalopram at 20 mg a day (QT prolongation).',
      source: 'FDA label, citalopram',
    },
  ],
  codeine: [childhood('codeine')],
  tramadol: [childhood('tramadol')],
  ibuprofen: [
    {
      population: 'carriers of CYP2C9*2',
      statement: 'CYP2C9*2 often comes with CYP2C8*3, which slows ibuprofen further.',
      source: 'CPIC NSAIDs 2020, PMID 32189324',
    },
  ],
};

function lowDose() {
  return {
    population: 'low doses, such as for neuropathic pain',
    statement:
      'The dose statements are for the higher doses used in depression. At low doses no dose change is advised for intermediate metabolizers or normal ones; watch for side effects in CYP2D6 or CYP2C19 poor metabolizers and for lack of effect in ultrarapid ones.',
    source: 'CPIC tricyclics 2016, PMID 27997040',
  };
}

function childhood(drug: string) {
  return {
    population: 'under 12 years; under 18 years after tonsillectomy or adenoidectomy; breastfeeding',
    statement: `Age and situation come before genotype: labels contraindicate ${drug} for these children and advise against it while breastfeeding.`,
    source: 'FDA Drug Safety Communication 2017-04-20',
  };
}

/** Drugs with a CPIC guideline that has no table to look up here; nothing is said of them rather than something wrong. */
export const notCovered = [
  {
    drug: 'warfarin',
    why: 'CPIC gives a dosing algorithm with age, size and other drugs, not a table of genotypes',
    reference: 'PMID 28198005',
  },
  { drug: 'metoprolol', why: 'the guideline of 2024 is newer than the tables', reference: 'PMID 38951961' },
  { drug: 'hydralazine', why: 'the guideline of 2025 is newer than the tables', reference: 'PMID 40974042' },
];
