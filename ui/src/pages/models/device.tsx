// What the model runs on, why, and choosing another.

import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { wordsOf } from "../../api/api";
import { useApi } from "../../api/context";
import { deviceReason } from "../../parts/device";
import { Trouble } from "../../parts/field";
import { bytes, large, number } from "../../run/format";
import { readModel, useModel } from "../../state/model";
import { DeviceField } from "../settings/fields";

export function DevicePart() {
  const { t } = useTranslation();
  const api = useApi();
  const { model, fault } = useModel();
  useEffect(() => {
    readModel(api);
  }, [api]);
  const facts: [string, string][] = model
    ? [
        [t("models.runs_on"), model.device],
        [t("models.model"), `${model.name} · ${model.quantisation}`],
        [t("models.size"), bytes(model.file_size)],
        [t("models.parameters"), large(model.parameters)],
        [t("models.context"), t("models.tokens", { count: model.context, shown: number(model.context) })],
      ]
    : [];
  return (
    <>
      <Trouble>{fault && wordsOf(fault)}</Trouble>
      {!model && !fault && (
        <p role="status" className="pt-3 text-text-2">
          {t("device.loading")}
        </p>
      )}
      {model && (
        <dl
          data-testid="device"
          className="tabular grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5 pt-3"
        >
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-text-2">{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {model?.device_reason && (
        <p dir="auto" className="mt-3 border-warn border-s-2 bg-warn-tint px-3 py-2 text-text">
          {deviceReason(t, model.device_reason)}
        </p>
      )}
      <DeviceField />
    </>
  );
}
