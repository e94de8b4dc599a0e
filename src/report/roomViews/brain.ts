import type { RoomView } from './view.ts';

/** Wholes before parts: rows stand in the order in which the first column names their measures. */
const volumes = ['intracranial-volume-estimate', 'tissue-volume', 'brain-volume'];

/** Volumes, deviations from a reference, connectivity. In the order of the page. */
export const brainViews: readonly RoomView[] = [
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
    title: 'Regions by the network of 104 classes',
    row: 'Region',
    columns: [
      { header: 'Volume', measures: ['brain-region-volume'] },
      { header: 'Asymmetry index', measures: ['brain-region-asymmetry'], withUncertainty: true },
      { header: 'Against the network of 18 classes', measures: ['segmentation-difference'] },
    ],
  },
  {
    type: 'matrix',
    title: 'White-matter lesions',
    row: 'What',
    columns: [
      { header: 'Volume', measures: ['lesion-volume'], withUncertainty: true },
      { header: 'Number', measures: ['lesion-count'] },
      { header: 'Change of volume', measures: ['lesion-volume-change'], withUncertainty: true },
      { header: 'Volume that changed', measures: ['lesion-change'] },
      { header: 'Number since the visit before', measures: ['lesion-change-count'] },
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
];
