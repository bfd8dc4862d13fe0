// The run screen.

import { useTranslation } from "react-i18next";
import { Frame } from "../shell/frame";

export function RunPage({ run }: { run: string | null; view: "columns" | "document" }) {
  const { t } = useTranslation();
  return (
    <Frame title={t("app.name")}>
      <main tabIndex={-1} data-testid="run" data-run={run ?? ""} className="flex-1" />
    </Frame>
  );
}
