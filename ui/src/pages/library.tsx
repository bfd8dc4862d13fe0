// The page "library".

import { useTranslation } from "react-i18next";
import { Frame } from "../shell/frame";

export function LibraryPage(_: { part: string | null }) {
  const { t } = useTranslation();
  return (
    <Frame title={t("app.library")}>
      <main tabIndex={-1} className="flex-1 overflow-y-auto p-6">
        <h1 className="font-reading text-question">{t("app.library")}</h1>
      </main>
    </Frame>
  );
}
