// The page "models".

import { useTranslation } from "react-i18next";
import { Frame } from "../shell/frame";

export function ModelsPage(_: { part: string | null }) {
  const { t } = useTranslation();
  return (
    <Frame title={t("app.models")}>
      <main tabIndex={-1} className="flex-1 overflow-y-auto p-6">
        <h1 className="font-reading text-question">{t("app.models")}</h1>
      </main>
    </Frame>
  );
}
