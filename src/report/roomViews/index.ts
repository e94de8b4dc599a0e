import type { FindingView } from '../model.ts';
import { brainViews } from './brain.ts';
import { changeViews } from './change.ts';
import { clinicalViews } from './clinical.ts';
import { ctViews } from './ct.ts';
import { genomicsViews } from './genomics.ts';
import { measuredViews } from './measured.ts';
import { imageViews, mriViews } from './mri.ts';
import { nof1Views } from './nof1.ts';
import { painViews } from './pain.ts';
import { petViews } from './pet.ts';
import { psychosocialViews } from './psychosocial.ts';
import { radiomicsViews } from './radiomics.ts';
import { stimulationViews } from './stimulation.ts';
import type { RoomView } from './view.ts';

/** In the order of the page: each room has its files, and a room shows of them what its findings fill. */
export const roomViews: readonly RoomView[] = [
  ...clinicalViews,
  ...measuredViews,
  ...painViews,
  ...stimulationViews,
  ...psychosocialViews,
  ...nof1Views,
  ...genomicsViews,
  ...brainViews,
  ...petViews,
  ...mriViews,
  ...changeViews,
  ...ctViews,
  ...radiomicsViews,
  ...imageViews,
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
    case 'grid':
      return view.measures.includes(finding.measure.code);
    case 'scores':
      return room === view.room && ['quantity', 'interval', 'refused'].includes(finding.value.type);
    case 'guidance':
      return finding.measure.code === view.measure;
  }
}
