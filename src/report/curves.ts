import type { Dossier } from '../dossier/analysis.ts';
import type { Artifact } from '../dossier/artifact.ts';
import { type CurveFigure, curveOfBytes, curveRole } from '../dossier/curveFigure.ts';
import type { Reader } from '../dossier/store.ts';

export interface Curve {
  artifact: Artifact;
  figure: CurveFigure;
}

/** The figures of curves that analyses made. */
export async function readCurves(reader: Reader, dossier: Dossier): Promise<Curve[]> {
  const read = await Promise.all(
    dossier.artifacts
      .filter(({ type, role }) => type === 'curve' && role === curveRole)
      .map(async (artifact) => ({
        artifact,
        figure: curveOfBytes(await reader.blob(dossier.subject.id, artifact.blob)),
      })),
  );
  return read.flatMap(({ artifact, figure }) => (figure ? [{ artifact, figure }] : []));
}
