// Another way from a step: other words, or another query in place of the call that was made.

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../api/context";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { type CallRow, isCall } from "../state/rows";
import { screen, useScreen } from "../state/screen";
import { branch } from "./actions";
import { useRun } from "./view";

export function BranchDialog() {
  const { t } = useTranslation();
  const open = useScreen((state) => state.dialog === "branch");
  const step = useScreen((state) => state.step);
  return (
    <Dialog
      open={open}
      onOpenChange={(shown) => screen.dialog(shown ? "branch" : null)}
      title={t("branch.title", { step })}
    >
      <BranchForm key={step} step={step} />
    </Dialog>
  );
}

function BranchForm({ step }: { step: number }) {
  const { t } = useTranslation();
  const api = useApi();
  const { run, rows } = useRun();
  const call = rows.find((row): row is CallRow => isCall(row) && row.step === step && row.kind !== "tool");
  const [about, setAbout] = useState(call?.about ?? "");
  const [words, setWords] = useState("");
  const [busy, setBusy] = useState(false);
  const name = call && nameOfAbout(call);
  const begin = async () => {
    setBusy(true);
    const changed = call && name && about.trim() && about.trim() !== call.about;
    const edited = changed
      ? { name: call.call.name, arguments: { ...call.call.arguments, [name]: about.trim() } }
      : null;
    const begun = await branch(api, run, step, words.trim() || null, edited);
    setBusy(false);
    if (begun) screen.dialog(null);
  };
  return (
    <form
      className="flex flex-col gap-3 p-4"
      onSubmit={(submit) => {
        submit.preventDefault();
        begin();
      }}
    >
      <p className="text-pretty text-text-2">{t("branch.why", { step })}</p>
      {call && name && (
        <label className="flex flex-col gap-1">
          <span className="text-label text-text-3">
            {call.kind === "search" ? t("branch.query") : t("branch.page")}
          </span>
          <input
            dir="auto"
            value={about}
            onChange={(change) => setAbout(change.target.value)}
            className="min-h-8 rounded-control border border-control bg-canvas px-2"
          />
        </label>
      )}
      <label className="flex flex-col gap-1">
        <span className="text-label text-text-3">{t("branch.words")}</span>
        <textarea
          dir="auto"
          rows={3}
          value={words}
          onChange={(change) => setWords(change.target.value)}
          className="resize-y rounded-control border border-control bg-canvas px-2 py-1.5"
        />
      </label>
      <div className="flex justify-end gap-2 pt-1">
        <Button look="quiet" onClick={() => screen.dialog(null)}>
          {t("app.cancel")}
        </Button>
        <Button look="main" type="submit" disabled={busy}>
          {t("branch.begin")}
        </Button>
      </div>
    </form>
  );
}

/** The argument that holds the query or the address. */
function nameOfAbout(call: CallRow): string | undefined {
  return Object.entries(call.call.arguments).find(([, value]) => value === call.about)?.[0];
}
