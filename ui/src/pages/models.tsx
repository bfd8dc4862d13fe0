// The models that can answer, what they run on, and a test of both.

import { useTranslation } from "react-i18next";
import { Section, Sheet } from "../parts/section";
import { DevicePart } from "./models/device";
import { ModelList } from "./models/list";
import { SelfTestPart } from "./models/self_test";

export function ModelsPage(_: { part: string | null }) {
  const { t } = useTranslation();
  return (
    <Sheet title={t("models.title")}>
      <Section id="models-device" title={t("models.device")}>
        <DevicePart />
      </Section>
      <Section id="models-list" title={t("app.models")}>
        <ModelList />
      </Section>
      <Section id="models-test" title={t("models.test")}>
        <SelfTestPart />
      </Section>
    </Sheet>
  );
}
