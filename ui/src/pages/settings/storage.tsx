// What is kept on this computer, and deleting all of it.

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/api";
import { useApi } from "../../api/context";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { TextField, Trouble } from "../../parts/field";
import { note } from "../../parts/toast";
import { EMPTY, useList } from "../history/list";
import { Field } from "./field";

export function KeptField() {
  const { t } = useTranslation();
  return (
    <Field label={t("settings.kept")}>
      <p className="max-w-[60ch] text-text-2">{t("settings.kept_help")}</p>
    </Field>
  );
}

export function DeleteField() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Field label={t("settings.delete")} help={t("settings.delete_help")}>
      <Button look="danger" data-testid="delete-everything" onClick={() => setOpen(true)}>
        {t("settings.delete_dots")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("settings.delete_title")}>
        <DeleteForm onClose={() => setOpen(false)} />
      </Dialog>
    </Field>
  );
}

function DeleteForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const api = useApi();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const word = t("settings.delete_word");
  const sure = typed.trim().toLocaleLowerCase() === word.toLocaleLowerCase();
  const remove = async (submit: FormEvent) => {
    submit.preventDefault();
    if (!sure) return;
    try {
      await api.request({ request: "delete_all", confirm: "delete" });
      useList.setState(({ changes }) => ({ ...EMPTY, changes: changes + 1 }));
      note(t("settings.deleted"));
      onClose();
    } catch (thrown) {
      setProblem(Problem.of(thrown).message);
    }
  };
  return (
    <form onSubmit={remove} className="flex flex-col gap-3 p-4">
      <p>{t("settings.delete_why")}</p>
      <label className="flex flex-col gap-1">
        <span className="text-label text-text-2">{t("settings.delete_type", { word })}</span>
        <TextField
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(change) => setTyped(change.target.value)}
        />
      </label>
      <Trouble>{problem}</Trouble>
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          {t("app.cancel")}
        </Button>
        <Button look="danger" type="submit" disabled={!sure}>
          {t("settings.delete")}
        </Button>
      </div>
    </form>
  );
}
