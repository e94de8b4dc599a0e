import type { BandPlot } from '../../../../src/report/bandPlot.ts';
import type { ClassScale } from '../../../../src/report/classScale.ts';
import { BandPlotView } from './BandPlotView.tsx';
import { ClassScaleView } from './ClassScaleView.tsx';

export function PlotView({ plot }: { plot: BandPlot | ClassScale }) {
  return plot.type === 'band' ? <BandPlotView plot={plot} /> : <ClassScaleView scale={plot} />;
}
