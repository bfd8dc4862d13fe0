// What a first start says, under the question box: what Lucy uses, and that nothing leaves this computer.

import { BookOpen, Cpu, HardDrive, type LucideIcon, ShieldCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsOf } from "../api/api";
import { useApi } from "../api/context";
import { deviceReason } from "../parts/device";
import { useModel } from "../state/model";
import { bytes, number } from "./format";

interface Fact {
  readonly icon: LucideIcon;
  readonly name: string;
  readonly words: string;
}

export function FirstRun() {
  const { t } = useTranslation();
  const { model, fault } = useModel();
  const documents = useDocuments();
  const device = model
    ? [model.device, model.device_reason && deviceReason(t, model.device_reason)].filter(Boolean).join(": ")
    : fault
      ? wordsOf(fault)
      : t("device.loading");
  const facts: Fact[] = [{ icon: Cpu, name: t("first.device"), words: device }];
  if (model) {
    const words = t("first.model_is", { name: model.name, size: bytes(model.file_size) });
    facts.push({ icon: HardDrive, name: t("first.model"), words });
  }
  if (documents !== null) {
    const words = t("first.library_has", { count: documents, shown: number(documents) });
    facts.push({ icon: BookOpen, name: t("app.library"), words });
  }
  facts.push({ icon: ShieldCheck, name: t("first.local"), words: t("first.local_why") });
  return (
    <section aria-labelledby="first-run" data-testid="first-run" className="font-ui text-ui">
      <h2 id="first-run" className="pb-1 text-label text-text-3">
        {t("first.title")}
      </h2>
      <dl>
        {facts.map(({ icon: Icon, name, words }) => (
          <div key={name} className="grid grid-cols-[1rem_6.5rem_minmax(0,1fr)] gap-x-2.5 py-1.5">
            <Icon size={16} strokeWidth={1.5} aria-hidden="true" className="mt-px text-text-3" />
            <dt className="text-text-2">{name}</dt>
            <dd dir="auto" className="text-pretty">
              {words}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** How many documents the library has, once that is known. */
function useDocuments(): number | null {
  const api = useApi();
  const [documents, setDocuments] = useState<number | null>(null);
  useEffect(() => {
    let wanted = true;
    api
      .request({ request: "library_list" })
      .then((library) => wanted && setDocuments(library.documents))
      // The page of the library says what is wrong with it.
      .catch(() => wanted && setDocuments(null));
    return () => {
      wanted = false;
    };
  }, [api]);
  return documents;
}
