import { Component, type ReactNode, useEffect } from 'react';
import { ApiError } from '../api/client.ts';
import { Trouble } from '../parts/states.tsx';

/** A part that fails says so in its place; the rest of the page goes on. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (isMissingScript(error)) return <ScriptMissing />;
    return <Trouble error={error} retry={() => this.setState({ error: undefined })} />;
  }
}

/** The script of a page could not be fetched. Browsers have a sentence each for it and no code. */
function isMissingScript(error: unknown): boolean {
  return error instanceof TypeError && /import/i.test(error.message) && /module/i.test(error.message);
}

const askAgainMs = 3_000;

/** The server is away, or a newer one stands in its place: the page is loaded anew as soon as it answers. */
function ScriptMissing() {
  useEffect(() => {
    const timer = setInterval(loadAnew, askAgainMs);
    return () => clearInterval(timer);
  }, []);
  return <Trouble error={new ApiError(0, { code: 'unreachable', message: 'unreachable' })} retry={loadAnew} />;
}

/** Only when the server answers: a browser that loads from nowhere shows a page of its own. */
function loadAnew(): void {
  fetch('/health', { cache: 'no-store' }).then(
    ({ ok }) => {
      if (ok) location.reload();
    },
    () => undefined,
  );
}
