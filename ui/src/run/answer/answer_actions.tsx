// What can be done with an answer.

import { Copy, Download, RotateCcw, Split } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { useAction, useKeyHint } from "../../keys/registry";
import { Button } from "../../parts/button";
import { note } from "../../parts/toast";
import { screen } from "../../state/screen";
import { rerun } from "../actions";
import { copyAnswer } from "../copy";
import { useRun } from "../view";

export function AnswerActions() {
  const { t } = useTranslation();
  const api = useApi();
  const { run, state, phase } = useRun();
  const hints = { copy: useKeyHint("copy_answer"), export: useKeyHint("export") };
  const answered = phase === "answered";
  const copy = async () => {
    await copyAnswer(state.transcript);
    note(t("answer.copied"));
  };
  useAction("copy_answer", () => copy(), answered);
  if (!answered) return null;
  return (
    <div className="-ms-2.5 flex flex-wrap gap-1 pt-2">
      <Button look="quiet" icon={Copy} title={hints.copy} onClick={copy}>
        {t("answer.copy")}
      </Button>
      <Button look="quiet" icon={Download} title={hints.export} onClick={() => screen.dialog("export")}>
        {t("answer.export")}
      </Button>
      <Button look="quiet" icon={RotateCcw} onClick={() => rerun(api, run)}>
        {t("run.again")}
      </Button>
      <Button
        look="quiet"
        icon={Split}
        onClick={() => screen.branch(Math.max(1, state.transcript.steps.length))}
      >
        {t("answer.branch")}
      </Button>
    </div>
  );
}
