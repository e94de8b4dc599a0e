import { z } from 'zod';
import { KnowledgeHeader } from '../../knowledge/load.ts';
import type { Connectome } from './connectome.ts';

const Circuit = z.object({
  id: z.string().regex(/^[a-z-]+$/),
  title: z.string().min(1),
  /** Beginnings of parcel names without `7Networks_LH_`, or of names below the cortex (`AMY`). */
  nodes: z.array(z.string().min(2)).min(2),
});

/** Which parcels make up a circuit. What healthy people have is a reference of the site (docs/methods/norms.md). */
export const CircuitsFile = KnowledgeHeader.extend({
  circuits: z.array(Circuit).min(1),
});
export type CircuitsFile = z.infer<typeof CircuitsFile>;

export interface CircuitScore {
  id: string;
  title: string;
  /** Mean Fisher z over the edges between the nodes of the circuit. */
  score: number;
  parcels: number;
  edges: number;
}

/** Means of edges within each circuit. Circuits of which fewer than three parcels, or less than two nodes, have signal give none. */
export function circuitScores(
  { parcels, z: matrix }: Connectome,
  file: Pick<CircuitsFile, 'circuits'>,
): CircuitScore[] {
  const n = parcels.length;
  return file.circuits.flatMap(({ id, title, nodes }) => {
    const nodeOf = parcels.map(({ name }) =>
      nodes.findIndex((node) => name.replace(/^\d+Networks_[LR]H_/, '').startsWith(node)),
    );
    const members = nodeOf.flatMap((node, at) => (node >= 0 ? [at] : []));
    if (members.length < 3 || new Set(members.map((at) => nodeOf[at])).size < 2) return [];
    let [sum, edges] = [0, 0];
    for (const [order, a] of members.entries())
      for (const b of members.slice(0, order)) {
        sum += matrix[a * n + b]!;
        edges++;
      }
    return [{ id, title, score: sum / edges, parcels: members.length, edges }];
  });
}
