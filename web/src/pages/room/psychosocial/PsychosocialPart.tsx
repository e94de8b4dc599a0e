import { Stack } from '@mantine/core';
import type { OwnPart } from '../Room.tsx';
import { Diary } from './Diary.tsx';
import { Profile } from './Profile.tsx';
import { Scores } from './Scores.tsx';
import './psychosocial.css';

/** The person's side on one page: where each domain stands, every score over time, the diary. */
export const PsychosocialPart: OwnPart = ({ page }) => {
  const { psychosocial } = page;
  if (psychosocial === undefined) return null;
  return (
    <Stack gap="lg">
      <Profile view={psychosocial} />
      {psychosocial.panels.length > 0 ? <Scores panels={psychosocial.panels} /> : null}
      {psychosocial.diary ? <Diary diary={psychosocial.diary} /> : null}
    </Stack>
  );
};
