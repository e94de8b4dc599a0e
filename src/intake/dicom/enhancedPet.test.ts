import { expect, it } from 'vitest';
import { openDicomImage } from './openImage.ts';
import { type Element, importFiles, sliceElements, withElements, writeDicom } from './testing.ts';

const code = (value: string): Element => [
  0x004008ea,
  'SQ',
  [
    [
      [0x00080100, 'SH', value],
      [0x00080102, 'SH', 'UCUM'],
    ],
  ],
];
const mapping = (unit: string, slope: number, intercept: number): Element[] => [
  code(unit),
  [0x00409224, 'FD', intercept],
  [0x00409225, 'FD', slope],
];

async function opened(mappings: Element[][]) {
  const frames: Element[][] = [0, 1].map((k) => [
    [0x00209113, 'SQ', [[[0x00200032, 'DS', `0\\0\\${2 * k}`]]]],
    [0x00409096, 'SQ', mappings],
  ]);
  const shared: Element[] = [
    [0x00209116, 'SQ', [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]],
    [
      0x00289110,
      'SQ',
      [
        [
          [0x00180050, 'DS', '2'],
          [0x00280030, 'DS', '1\\1'],
        ],
      ],
    ],
    [
      0x00289145,
      'SQ',
      [
        [
          [0x00281052, 'DS', '0'],
          [0x00281053, 'DS', '1'],
          [0x00281054, 'LO', 'US'],
        ],
      ],
    ],
  ];
  const base = sliceElements({
    ...{ instance: 1, position: [0, 0, 0], modality: 'PT', sopClass: '1.2.840.10008.5.1.4.1.1.130' },
    pixels: Array.from({ length: 12 }, (_, at) => at),
  }).filter(([tag]) => ![0x00200032, 0x00200037, 0x00280030, 0x00180050].includes(tag));
  const elements = withElements(base, [
    [0x00189701, 'DT', '20240301110000'],
    [0x00189758, 'CS', 'YES'],
    [0x00189759, 'CS', 'YES'],
    [0x00280008, 'IS', '2'],
    [0x52009229, 'SQ', [shared]],
    [0x52009230, 'SQ', frames],
  ]);
  const imported = await importFiles({ 'pet.dcm': writeDicom(elements) });
  const source = imported.source(imported.drafts[0]!);
  return { source, image: await openDicomImage(source, imported.blobs) };
}

it('reads activity by the mapping of values, whatever stands beside it, under the keywords of classic PET', async () => {
  const { source, image } = await opened([mapping('{SUVbw}g/ml', 0.01, 0), mapping('Bq/ml', 2.5, 10)]);
  expect(source.metadata).toMatchObject({
    ...{ Units: 'BQML', AttenuationCorrected: 'YES', DecayCorrected: 'YES' },
    DecayCorrectionDateTime: '20240301110000',
  });
  expect(image.unit).toBe('Bq/mL');
  expect([...(await image.readVolume(0))].slice(0, 3)).toEqual([10, 12.5, 15]);
});

it('reads uptake where that is all there is, and names no unit that it does not know', async () => {
  const uptake = await opened([mapping('{SUVlbm(Janma)}g/ml', 0.5, 0)]);
  expect(uptake.source.metadata).toMatchObject({ Units: 'GML', SUVType: 'LBMJANMA' });
  expect([...(await uptake.image.readVolume(0))].at(-1)).toBe(5.5);
  const strange = await opened([mapping('furlong', 3, 0)]);
  expect(strange.source.metadata['Units']).toBeUndefined();
});
