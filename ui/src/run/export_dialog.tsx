// Saving a run as a document: the kind, what is in it, and how it will look.

import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem, type ResponseTo } from "../api/api";
import type { Export, Format } from "../api/bindings";
import { useApi } from "../api/context";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { note } from "../parts/toast";
import { screen, useScreen } from "../state/screen";
import { isRead } from "../state/sources";
import { bytes } from "./format";
import { useRun } from "./view";

const FORMATS: readonly Format[] = ["markdown", "html", "json", "bibtex", "ris", "csl_json"];
type Choice = Omit<Export, "run">;

/** Lists of sources hold nothing else. */
const LISTS: readonly Format[] = ["bibtex", "ris", "csl_json"];

/** The last choice is offered again. */
let lastChoice: Choice = { format: "markdown", reasoning: false, calls: false, pages: false };

type Made = ResponseTo<{ request: "export" } & Export>;

export function ExportDialog() {
  const { t } = useTranslation();
  const open = useScreen((state) => state.dialog === "export");
  return (
    <Dialog
      open={open}
      onOpenChange={(shown) => screen.dialog(shown ? "export" : null)}
      title={t("export.title")}
      width="max-w-4xl"
    >
      <ExportForm />
    </Dialog>
  );
}

function ExportForm() {
  const { t } = useTranslation();
  const api = useApi();
  const { run, state } = useRun();
  const [choice, setChoice] = useState(lastChoice);
  const [made, setMade] = useState<Made | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    lastChoice = choice;
    let wanted = true;
    api
      .request({ request: "export", run, ...choice })
      .then((answer) => {
        if (!wanted) return;
        setMade(answer);
        setProblem("");
      })
      .catch((thrown) => wanted && setProblem(Problem.of(thrown).message));
    return () => {
      wanted = false;
    };
  }, [api, run, choice]);
  const save = async () => {
    if (!made) return;
    try {
      if (!(await api.save(made.name, made.mime, made.text))) return;
      screen.dialog(null);
      note(t("export.saved", { name: made.name }));
    } catch (thrown) {
      setProblem(Problem.of(thrown).message);
    }
  };
  const copy = async () => {
    if (!made) return;
    await navigator.clipboard.writeText(made.text);
    note(t("export.copied"));
  };
  const pages = choice.pages ? state.transcript.sources.filter(isRead).length : 0;
  return (
    <div className="flex flex-col">
      <div className="grid gap-x-6 gap-y-4 p-4 min-[900px]:grid-cols-[11rem_minmax(0,1fr)]">
        <div className="flex flex-col gap-4">
          <Formats choice={choice} onChoice={setChoice} />
          <Parts choice={choice} onChoice={setChoice} />
        </div>
        <div className="min-w-0">
          <h3 className="pb-1 text-label text-text-3">{t("export.preview")}</h3>
          <pre
            dir="auto"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard
            tabIndex={0}
            className="h-72 overflow-auto whitespace-pre-wrap break-words rounded-control border border-hairline bg-canvas p-3 font-tool text-tool"
          >
            {made?.text ?? ""}
          </pre>
          <p className="tabular pt-1 text-label text-text-3">
            {made && bytes(new Blob([made.text]).size)} · {t("export.privacy", { count: pages })}
          </p>
          {problem && (
            <p role="alert" dir="auto" className="pt-1 text-danger">
              {problem}
            </p>
          )}
        </div>
      </div>
      <footer className="flex justify-end gap-2 border-hairline border-t px-4 py-3">
        <Button look="quiet" onClick={copy} disabled={!made}>
          {t("export.copy")}
        </Button>
        <Button look="main" onClick={save} disabled={!made}>
          {t("export.save")}
        </Button>
      </footer>
    </div>
  );
}

interface PartProps {
  choice: Choice;
  onChoice: (choice: Choice) => void;
}

function Formats({ choice, onChoice }: PartProps) {
  const { t } = useTranslation();
  return (
    <fieldset>
      <legend className="pb-1 text-label text-text-3">{t("export.format")}</legend>
      {FORMATS.map((format) => (
        <label key={format} className="flex min-h-7 items-center gap-2">
          <input
            type="radio"
            name="format"
            className="size-4 accent-accent"
            checked={choice.format === format}
            onChange={() => onChoice({ ...choice, format })}
          />
          {t(`export.${format}`)}
        </label>
      ))}
    </fieldset>
  );
}

function Parts({ choice, onChoice }: PartProps) {
  const { t } = useTranslation();
  const disabled = LISTS.includes(choice.format);
  return (
    <fieldset disabled={disabled} className="disabled:opacity-60">
      <legend className="pb-1 text-label text-text-3">{t("export.parts")}</legend>
      {(["reasoning", "calls", "pages"] as const).map((part) => (
        <label key={part} className="flex min-h-7 items-center gap-2">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={choice[part] && !disabled}
            onChange={(change) => onChoice({ ...choice, [part]: change.target.checked })}
          />
          {t(`export.${part}`)}
        </label>
      ))}
    </fieldset>
  );
}
