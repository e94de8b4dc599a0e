import type { TFunction } from 'i18next';
import type { FigureRegion } from '../../../../src/report/pain/bodyFigure.ts';

/** `Front, shoulder, left`: the side is the person's own. */
export function regionName(t: TFunction, { view, part, side }: Pick<FigureRegion, 'view' | 'part' | 'side'>): string {
  return [t(`pain.view.${view}`), t(`pain.part.${part}`), ...(side ? [t(`pain.side.${side}`)] : [])].join(', ');
}
