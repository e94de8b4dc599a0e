import type { Access } from '../../dossier/store.ts';
import { type ModelOptions, readSubjectModel, type SubjectModel } from './subjectModel.ts';

/** Models of the subjects that are being looked at, kept until the store or the day has moved on. */
export interface Models {
  of(subject: string, access: Access): Promise<SubjectModel>;
}

/** How many subjects are kept: people have few patients open at once, and a large dossier takes tens of megabytes. */
const mostKept = 8;

export function openModels(options: ModelOptions): Models {
  const kept = new Map<string, { sequence: number; day: string; model: Promise<SubjectModel> }>();
  return {
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
