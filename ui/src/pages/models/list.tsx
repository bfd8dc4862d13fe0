// The bundled model and those that the person added: which one answers, and what is wrong with the others.

import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/api";
import type { ModelEntry, Request } from "../../api/bindings";
import { useApi } from "../../api/context";
import { announce } from "../../parts/announce";
import { Button } from "../../parts/button";
import { Trouble } from "../../parts/field";
import { PathForm } from "../../parts/path_form";
import { note } from "../../parts/toast";
import { bytes } from "../../run/format";
import { readModel } from "../../state/model";
import { readSettings } from "../../state/settings";

export function ModelList() {
  const { t } = useTranslation();
  const api = useApi();
  const [models, setModels] = useState<readonly ModelEntry[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const read = useCallback(async () => {
    try {
      setModels((await api.request({ request: "models" })).models);
    } catch (thrown) {
      setProblem(Problem.of(thrown).message);
    }
  }, [api]);
  useEffect(() => {
    read();
  }, [read]);

  /** Asks for a change, and shows what came of it. */
  async function change(request: Request): Promise<boolean> {
    setBusy(true);
    setProblem(null);
    try {
      await api.request(request);
      return true;
    } catch (thrown) {
      setProblem(Problem.of(thrown).message);
      return false;
    } finally {
      await read();
      setBusy(false);
    }
  }

  const use = async (model: ModelEntry) => {
    if (!(await change({ request: "use_model", path: model.path }))) return;
    announce(t("models.used", { name: model.name }));
    readSettings(api);
    readModel(api, true);
  };
  const remove = async (model: ModelEntry) => {
    if (!model.path || !(await change({ request: "remove_model", path: model.path }))) return;
    const { path } = model;
    note(t("models.removed", { name: model.name }), () => change({ request: "add_model", path }));
    if (model.in_use) readModel(api, true);
  };
  return (
    <>
      <ul aria-label={t("app.models")} data-testid="models">
        {models.map((model) => (
          <Entry
            key={model.path ?? ""}
            model={model}
            busy={busy}
            onUse={() => use(model)}
            onRemove={() => remove(model)}
          />
        ))}
      </ul>
      <Trouble>{problem}</Trouble>
      <PathForm
        what="model"
        label={t("models.add")}
        help={t("models.add_help")}
        placeholder="/…/model.gguf"
        busy={busy}
        onAdd={(path) => change({ request: "add_model", path })}
      />
    </>
  );
}

interface EntryProps {
  model: ModelEntry;
  busy: boolean;
  onUse: () => void;
  onRemove: () => void;
}

function Entry({ model, busy, onUse, onRemove }: EntryProps) {
  const { t } = useTranslation();
  const { name, path, bundled, size_bytes, in_use, problem } = model;
  return (
    <li className="flex flex-wrap items-center gap-2 border-hairline border-b py-3">
      <div className="min-w-0 flex-[1_1_16rem]">
        <p dir="auto" className="font-medium text-prose">
          {name}
        </p>
        <p className="tabular break-words text-label text-text-2">
          {bundled ? t("models.bundled") : <bdi className="break-all">{path}</bdi>} · {bytes(size_bytes)}
        </p>
        {problem && (
          <p dir="auto" className="pt-0.5 text-danger first-letter:uppercase">
            {t("problem.model", { why: problem })}
          </p>
        )}
      </div>
      {in_use ? (
        <span className="rounded-control bg-ok-tint px-2 py-1 font-medium text-ok">{t("models.in_use")}</span>
      ) : (
        <Button
          disabled={busy || problem !== null}
          aria-label={t("models.use_named", { name })}
          onClick={onUse}
        >
          {t("models.use")}
        </Button>
      )}
      {!bundled && (
        <Button
          look="quiet"
          disabled={busy}
          aria-label={t("models.remove_named", { name })}
          onClick={onRemove}
        >
          {t("models.remove")}
        </Button>
      )}
    </li>
  );
}
