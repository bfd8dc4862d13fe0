// Naming a run, and tagging some.

import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunSummary } from "../../api/bindings";
import { useApi } from "../../api/context";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { TextField } from "../../parts/field";
import { tagsOf } from "./filter";
import { rename, tag } from "./list";

interface EditProps {
  runs: readonly RunSummary[];
  onClose: () => void;
}

interface ExplainedProps {
  id: string;
  label: string;
  help: string;
  value: string;
  onText: (text: string) => void;
}

/** A line of text with its name above and what it does below. */
function Explained({ id, label, help, value, onText }: ExplainedProps) {
  return (
    <>
      <label className="flex flex-col gap-1">
        <span className="text-label text-text-2">{label}</span>
        <TextField
          value={value}
          maxLength={300}
          aria-describedby={id}
          onChange={(change) => onText(change.target.value)}
        />
      </label>
      <p id={id} className="-mt-2 text-label text-text-3">
        {help}
      </p>
    </>
  );
}

export function RenameDialog({ runs, onClose }: EditProps) {
  const { t } = useTranslation();
  const api = useApi();
  const [run] = runs;
  const [title, setTitle] = useState(run?.title ?? run?.question ?? "");
  if (!run) return null;
  const keep = (submit: FormEvent) => {
    submit.preventDefault();
    rename(api, run.run, title.trim() === run.question ? "" : title);
    onClose();
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("history.rename_title")}>
      <form onSubmit={keep} className="flex flex-col gap-3 p-4">
        <Explained
          id="rename-help"
          label={t("history.new_name")}
          help={t("history.rename_help")}
          value={title}
          onText={setTitle}
        />
        <Buttons onClose={onClose} words={t("history.rename")} />
      </form>
    </Dialog>
  );
}

export function TagDialog({ runs, onClose }: EditProps) {
  const { t } = useTranslation();
  const api = useApi();
  const [text, setText] = useState("");
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const held = [...new Set(runs.flatMap((run) => run.tags))].filter((name) => !removed.includes(name)).sort();
  const keep = (submit: FormEvent) => {
    submit.preventDefault();
    const add = tagsOf(text);
    const remove = removed.filter((name) => !add.includes(name));
    if (add.length > 0 || remove.length > 0) {
      tag(
        api,
        runs.map(({ run }) => run),
        add,
        remove,
      );
    }
    onClose();
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("history.tag_title", { count: runs.length })}>
      <form onSubmit={keep} className="flex flex-col gap-3 p-4">
        <Explained
          id="tags-help"
          label={t("history.add_tags")}
          help={t("history.tags_help")}
          value={text}
          onText={setText}
        />
        {held.length > 0 && (
          <ul aria-label={t("history.tags")} className="flex flex-wrap gap-1.5">
            {held.map((name) => (
              <li key={name}>
                <button
                  type="button"
                  aria-label={t("history.remove_tag", { tag: name })}
                  onClick={() => setRemoved([...removed, name])}
                  className="inline-flex min-h-7 items-center gap-1 rounded-control border border-control px-2 text-text-2 hover:bg-surface-2"
                >
                  <span dir="auto">{name}</span>
                  <X size={14} strokeWidth={1.5} aria-hidden="true" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <Buttons onClose={onClose} words={t("history.keep_tags")} />
      </form>
    </Dialog>
  );
}

function Buttons({ onClose, words }: { onClose: () => void; words: string }) {
  const { t } = useTranslation();
  return (
    <div className="flex justify-end gap-2">
      <Button look="quiet" onClick={onClose}>
        {t("app.cancel")}
      </Button>
      <Button look="main" type="submit">
        {words}
      </Button>
    </div>
  );
}
