// What stands in for a page that could not be painted, so that the window is never blank.

import i18next from "i18next";
import { Component, type ReactNode } from "react";
import { Button } from "./button";

export class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <main
        role="alert"
        data-testid="error"
        className="mx-auto flex max-w-xl flex-col items-start gap-3 p-10"
      >
        <h1 className="font-reading text-question">{i18next.t("crash.title")}</h1>
        <p>{i18next.t("crash.why")}</p>
        <p dir="auto" className="break-words font-tool text-text-2 text-tool">
          {error.message}
        </p>
        <Button look="main" onClick={() => window.location.reload()}>
          {i18next.t("crash.again")}
        </Button>
      </main>
    );
  }
}
