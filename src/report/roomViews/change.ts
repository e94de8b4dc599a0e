import type { RoomView } from './view.ts';

/** One region at two visits. In the order of the page. */
export const changeViews: readonly RoomView[] = [
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
];
