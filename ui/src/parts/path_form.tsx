// A path to add: typed, or in the desktop chosen from a dialog of the system.

import { FolderOpen } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../api/context";
import { Button } from "./button";
import { TextField } from "./field";

interface PathFormProps {
  what: "folder" | "model";
  label: string;
  help: string;
  placeholder: string;
  busy: boolean;
  /** Whether it was added; the path stays if not. */
  onAdd: (path: string) => Promise<boolean>;
}

export function PathForm({ what, label, help, placeholder, busy, onAdd }: PathFormProps) {
  const { t } = useTranslation();
  const api = useApi();
  const [path, setPath] = useState("");
  const add = async (chosen: string) => {
    if (!chosen.trim() || busy) return;
    if (!(await onAdd(chosen.trim()))) return;
    // What was typed meanwhile is the next one.
    setPath((now) => (now === chosen ? "" : now));
  };
  const submit = (sent: FormEvent) => {
    sent.preventDefault();
    add(path);
  };
  const choose = async () => {
    const chosen = await api.shell?.choose(what);
    if (!chosen) return;
    setPath(chosen);
    await add(chosen);
  };
  return (
    <form onSubmit={submit} className="pt-3">
      <label>
        <span className="block pb-1 text-label text-text-2">{label}</span>
        <span className="flex flex-wrap gap-2">
          <TextField
            dir="ltr"
            value={path}
            spellCheck={false}
            autoComplete="off"
            placeholder={placeholder}
            onChange={(change) => setPath(change.target.value)}
            className="flex-[1_1_14rem] font-tool"
          />
          <Button type="submit" disabled={busy || !path.trim()}>
            {t("app.add")}
          </Button>
          {api.shell && (
            <Button icon={FolderOpen} disabled={busy} onClick={choose}>
              {t(what === "folder" ? "library.choose" : "models.choose")}
            </Button>
          )}
        </span>
      </label>
      <p className="pt-1 text-label text-text-3">{help}</p>
    </form>
  );
}
