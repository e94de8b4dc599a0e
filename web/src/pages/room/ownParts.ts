import { BrainPart } from './brain/BrainPart.tsx';
import { TrialsPart } from './nof1/TrialsPart.tsx';
import { PainPart } from './pain/PainPart.tsx';
import { PsychosocialPart } from './psychosocial/PsychosocialPart.tsx';
import type { OwnPart } from './Room.tsx';

/** Parts that a room adds to its page above the tables, by room. A room without one gets the general page. */
export const ownParts: Readonly<Record<string, OwnPart>> = {
  brain: BrainPart,
  nof1: TrialsPart,
  pain: PainPart,
  psychosocial: PsychosocialPart,
};
