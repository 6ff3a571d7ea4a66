import { Component, type ReactNode } from 'react';

/** Where a view cannot be drawn, that is said, and the rest of the page goes on; another view begins anew. */
export class Broken extends Component<{ children: ReactNode; view: string }, { error: Error | null; view: string }> {
  override state: { error: Error | null; view: string } = { error: null, view: this.props.view };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  static getDerivedStateFromProps(props: { view: string }, state: { view: string }) {
    return props.view === state.view ? null : { error: null, view: props.view };
  }

  override render() {
    return this.state.error === null ? (
      this.props.children
    ) : (
      <div role="alert">
        <h1>This view cannot be shown</h1>
        <p>It is a fault of the page: {this.state.error.message}</p>
        <p>The command line shows the same: calico-fleet status</p>
      </div>
    );
  }
}
