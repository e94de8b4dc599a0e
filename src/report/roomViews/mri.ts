import type { RoomView } from './view.ts';

/** Diffusion and perfusion. In the order of the page. */
export const mriViews: readonly RoomView[] = [
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
];

/** What was read at all, whatever the modality. */
export const imageViews: readonly RoomView[] = [
  {
    type: 'matrix',
    title: 'Images that were read',
    row: 'Series',
    columns: [{ header: 'Geometry', measures: ['image-geometry'] }],
  },
];
