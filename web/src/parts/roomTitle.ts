import type { TFunction } from 'i18next';

/** Name of a room in the language of the page; rooms that it does not know keep the name that they bring. */
export function roomTitle(t: TFunction, { room, title }: { room: string; title: string }): string {
  return t(`room.titles.${room}`, { defaultValue: title });
}
