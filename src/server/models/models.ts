import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dossier } from '../../dossier/analysis.ts';
import type { Access } from '../../dossier/store.ts';
import { buildPlan } from '../../plan/buildPlan.ts';
import { aboutAnalyses } from '../../workup/about.ts';
import { missingData } from '../../workup/missing.ts';
import { surroundingsAt } from '../../workup/surroundings.ts';
import { type ModelOptions, readSubjectModel, type SubjectModel } from './subjectModel.ts';

/** Models of the subjects that are being looked at, kept until the store or the day has moved on. */
export interface Models {
  of(subject: string, access: Access): Promise<SubjectModel>;
  /** Loads what the first page would wait for: rules, rooms of analysis, knowledge. */
  warm(): Promise<void>;
}

/** How many subjects are kept: people have few patients open at once, and a large dossier takes tens of megabytes. */
const mostKept = 8;

/** A patient of whom nothing is known. */
const nobody: Dossier = {
  subject: { kind: 'subject', id: 'nobody', type: 'patient', label: '', composite: false, synthetic: true },
  sources: [],
  facts: [],
  entries: [],
  regions: [],
  findings: [],
  artifacts: [],
};

/** Keeps the models of the eight subjects that were looked at last. */
export function openModels(options: ModelOptions): Models {
  const kept = new Map<string, { sequence: number; day: string; model: Promise<SubjectModel> }>();
  return {
    async warm() {
      const { now, knowledgeDirectory, packsDirectory } = options;
      buildPlan(nobody, { asOf: now().slice(0, 10), knowledgeDirectory });
      await nextTurn();
      await missingData(nobody, surroundingsAt({ packsDirectory }).installedPack);
      await nextTurn();
      await aboutAnalyses();
    },
    async of(subject, access) {
      const sequence = await options.store.reading(access).sequence(subject);
      const day = options.now().slice(0, 10);
      const known = kept.get(subject);
      if (known?.sequence === sequence && known.day === day) {
        kept.delete(subject);
        kept.set(subject, known);
        options.store.noteAccess(access, subject, 'page');
        return known.model;
      }
      const model = readSubjectModel(subject, access, options);
      const entry = { sequence, day, model };
      kept.set(subject, entry);
      for (const oldest of [...kept.keys()].slice(0, -mostKept)) kept.delete(oldest);
      try {
        // Keeping the plan of the day moves the sequence on: what was read stands for that state.
        entry.sequence = Math.max(sequence, (await model).subjectSequence);
        return await model;
      } catch (error) {
        if (kept.get(subject) === entry) kept.delete(subject);
        throw error;
      }
    },
  };
}
