/** Full screen and back; where the browser refuses, nothing happens. */
export async function toggleFull(element: HTMLElement | null): Promise<void> {
  if (element === null) return;
  if (document.fullscreenElement) await document.exitFullscreen();
  else await element.requestFullscreen?.().catch(() => undefined);
}
