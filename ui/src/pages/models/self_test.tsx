// The test: loads the model, reads, writes, and says how fast.

import type { TFunction } from "i18next";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/api";
import type { Seen, SelfTest } from "../../api/bindings";
import { useApi } from "../../api/context";
import { announce } from "../../parts/announce";
import { Button } from "../../parts/button";
import { deviceReason } from "../../parts/device";
import { Trouble } from "../../parts/field";
import { bytes, duration, number } from "../../run/format";

export function SelfTestPart() {
  const { t } = useTranslation();
  const api = useApi();
  const [test, setTest] = useState<SelfTest | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [running, setRunning] = useState(false);
  const run = async () => {
    setRunning(true);
    setTest(null);
    setProblem(null);
    announce(t("models.testing"));
    try {
      const answer = await api.request({ request: "self_test" });
      setTest(answer);
      announce(t(answer.ok ? "models.test_ok" : "models.test_failed"));
    } catch (thrown) {
      setProblem(Problem.of(thrown).message);
    }
    setRunning(false);
  };
  return (
    <div className="pt-3">
      <p className="max-w-[60ch] pb-3 text-text-2">{t("models.test_help")}</p>
      <Button disabled={running} onClick={run}>
        {t(running ? "models.testing" : "models.test_run")}
      </Button>
      <Trouble>{problem}</Trouble>
      {test && (
        <>
          <p className={`pt-3 font-medium ${test.ok ? "text-ok" : "text-danger"}`}>
            {t(test.ok ? "models.test_ok" : "models.test_failed")}
          </p>
          <ul data-testid="self-test" className="pt-1">
            {test.lines.map((line) => {
              const ok = line.seen.kind !== "failed";
              const Icon = ok ? CircleCheck : CircleAlert;
              return (
                <li key={line.part} className="flex items-start gap-2 border-hairline border-b py-2">
                  <Icon
                    size={16}
                    strokeWidth={1.5}
                    role="img"
                    aria-label={t(ok ? "models.line_ok" : "models.line_failed")}
                    className={`mt-px shrink-0 ${ok ? "text-ok" : "text-danger"}`}
                  />
                  <span dir="auto" className="min-w-0 flex-1">
                    <span className="font-medium">{t(`models.part_${line.part}`)}</span>
                    <span className="block text-text-2">{inWords(t, line.seen)}</span>
                  </span>
                  <span className="tabular text-label text-text-3">{duration(line.ms)}</span>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </div>
  );
}

function inWords(t: TFunction, seen: Seen): string {
  const tokens = (count: number) => t("models.tokens", { count, shown: number(count) });
  switch (seen.kind) {
    case "model": {
      const { name, quantisation, context, device, device_reason: reason } = seen;
      const words = t("models.seen_model", { name, quantisation, tokens: tokens(context), device });
      return reason ? `${words}. ${deviceReason(t, reason)}` : words;
    }
    case "speed":
      return t("models.seen_speed", { tokens: tokens(seen.tokens), speed: number(seen.per_second) });
    case "documents":
      return t("models.seen_documents", { count: seen.count, shown: number(seen.count) });
    case "memory":
      return t("models.seen_memory", { size: bytes(seen.bytes) });
    case "failed":
      return seen.why;
  }
}
