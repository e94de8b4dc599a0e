import { Component, type ReactNode } from 'react';
import { Trouble } from '../parts/states.tsx';

/** A part that fails says so in its place; the rest of the page goes on. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <Trouble error={this.state.error} retry={() => this.setState({ error: undefined })} />;
  }
}
