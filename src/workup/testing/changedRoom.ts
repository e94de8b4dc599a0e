/** The toy room after a careless change: the scores come out otherwise, under the same version. */
import type { Analysis } from '../../dossier/analysis.ts';
import { analyses as toyRoom } from './toyRoom.ts';

export const analyses: readonly Analysis[] = toyRoom.map((analysis) =>
  analysis.id !== 'toy.scores'
    ? analysis
    : {
        ...analysis,
        run: (inputs, options, context) =>
          analysis.run(inputs, options, {
            ...context,
            knowledge: <T>(path: string) => ({ ...context.knowledge<{ factor: number }>(path), factor: -1 }) as T,
          }),
      },
);
