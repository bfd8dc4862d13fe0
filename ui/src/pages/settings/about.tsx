// What this Lucy is, in a text that can be pasted into a report.

import { Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/api";
import { useApi } from "../../api/context";
import { Button } from "../../parts/button";
import { Trouble } from "../../parts/field";
import { note } from "../../parts/toast";
import { Field } from "./field";

export function LicenceField() {
  const { t } = useTranslation();
  return (
    <Field label={t("settings.licence")}>
      <p className="max-w-[60ch] text-text-2">{t("settings.licence_help")}</p>
    </Field>
  );
}

export function DiagnosticsField() {
  const { t } = useTranslation();
  const api = useApi();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    api
      .request({ request: "diagnostics" })
      .then((answer) => wanted && setText(answer.text))
      .catch((thrown) => wanted && setProblem(Problem.of(thrown).message));
    return () => {
      wanted = false;
    };
  }, [api]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      note(t("run.diagnostics_copied"));
    } catch (thrown) {
      setProblem(Problem.of(thrown).message);
    }
  };
  return (
    <Field label={t("settings.diagnostics")} help={t("settings.diagnostics_help")}>
      <Trouble>{problem}</Trouble>
      {text && (
        <pre
          dir="auto"
          className="mb-2 whitespace-pre-wrap break-words rounded-control border border-hairline bg-surface p-3 font-tool text-tool"
        >
          {text}
        </pre>
      )}
      <Button icon={Copy} disabled={!text} onClick={copy}>
        {t("run.copy_diagnostics")}
      </Button>
    </Field>
  );
}
