/** Sizes of plots in their own units; whoever draws one scales them. No other import: the page takes them along. */
export const bandPlotSize = {
  left: -7,
  width: 274,
  height: 33,
  barTop: 7,
  barHeight: 12,
  dotY: 13,
  dotRadius: 5,
  labelY: 30,
} as const;

export const trendPlotSize = { width: 190, height: 50 } as const;

export const trialPlotSize = { width: 460, height: 130, left: 26, right: 452, top: 16, bottom: 108 } as const;

export const curvePlotSize = { width: 380, height: 210, left: 44, right: 370, top: 20, bottom: 172 } as const;
