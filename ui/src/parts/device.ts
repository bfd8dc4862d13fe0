// Why a model runs where it does, in words.

import type { TFunction } from "i18next";
import type { DeviceReason } from "../api/bindings";

export function deviceReason(t: TFunction, reason: DeviceReason): string {
  const device = t(`settings.device_${reason.device}`);
  switch (reason.why) {
    case "not_built":
      return t("device.not_built", { device });
    case "no_driver":
      return t("device.no_driver", { device });
    case "broken":
      return t("device.broken", { device, error: reason.error });
  }
}
