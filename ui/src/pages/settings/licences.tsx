// What Lucy is made of: each package with its version and licence, and the texts of the licences once. The list is
// written by `cargo xtask licences` and read when it is asked for.

import { memo, useCallback, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/api";
import { Button } from "../../parts/button";
import { SearchField, Trouble } from "../../parts/field";
import { number } from "../../run/format";
import { Field } from "./field";
import { fits } from "./search";

interface Package {
  readonly name: string;
  readonly version: string;
  readonly from: string;
  readonly licence: string;
  /** Whose rights are reserved. */
  readonly by: readonly string[];
  /** Places of its licences among the texts. */
  readonly texts: readonly number[];
}

interface Licences {
  readonly packages: readonly Package[];
  readonly texts: readonly { readonly name: string; readonly text: string }[];
}

export function PartsField() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [licences, setLicences] = useState<Licences | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  useEffect(() => {
    if (!open || licences) return;
    import("./licences.json")
      .then((list) => setLicences(list.default))
      .catch((thrown) => setProblem(Problem.of(thrown).message));
  }, [open, licences]);
  return (
    <Field label={t("settings.parts")} help={t("settings.parts_help")}>
      <Button aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        {t(open ? "settings.parts_hide" : "settings.parts_show")}
      </Button>
      <div id={id} hidden={!open}>
        <Trouble>{problem}</Trouble>
        {licences && <Parts licences={licences} />}
      </div>
    </Field>
  );
}

function Parts({ licences: { packages, texts } }: { licences: Licences }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [read, setRead] = useState<ReadonlySet<number>>(new Set());
  const id = useId();
  const found = packages.filter(({ name, version, licence, by }) =>
    fits(words, [name, version, licence, ...by]),
  );
  const all = number(packages.length);
  const toggle = useCallback((place: number, open: boolean) => {
    setRead((before) => {
      const now = new Set(before);
      if (open) now.add(place);
      else now.delete(place);
      return now;
    });
  }, []);
  /** Opens a text and goes there. */
  const go = useCallback(
    (place: number) => {
      toggle(place, true);
      const text = document.getElementById(`${id}-${place}`);
      text?.scrollIntoView({ block: "start" });
      text?.querySelector("summary")?.focus({ preventScroll: true });
    },
    [toggle, id],
  );
  return (
    <>
      <search className="block pt-3">
        <SearchField
          value={words}
          aria-label={t("settings.parts_search")}
          placeholder={t("settings.parts_search")}
          onChange={(change) => setWords(change.target.value)}
        />
      </search>
      <p role="status" className="pt-2 text-label text-text-2">
        {words.trim()
          ? t("settings.parts_found", { found: number(found.length), all })
          : t("settings.parts_count", { count: packages.length, shown: all })}
      </p>
      <ul
        aria-label={t("settings.parts")}
        data-testid="parts"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
        tabIndex={0}
        className="mt-1 max-h-96 overflow-y-auto rounded-control border border-hairline bg-surface"
      >
        {found.map((part) => (
          <Part key={`${part.from} ${part.name} ${part.version}`} part={part} texts={texts} onText={go} />
        ))}
      </ul>
      <h4 className="pt-5 font-medium">{t("settings.parts_texts")}</h4>
      <p className="pt-0.5 pb-1 text-label text-text-2">{t("settings.parts_texts_help")}</p>
      {texts.map(({ name, text }, place) => (
        <details
          key={name}
          id={`${id}-${place}`}
          open={read.has(place)}
          onToggle={(toggled) => toggle(place, toggled.currentTarget.open)}
          className="scroll-mt-4 border-hairline border-b"
        >
          <summary className="min-h-8 cursor-pointer py-1.5">
            <bdi>{name}</bdi>
          </summary>
          {read.has(place) && (
            <pre dir="ltr" className="whitespace-pre-wrap break-words pb-3 font-tool text-tool">
              {text}
            </pre>
          )}
        </details>
      ))}
    </>
  );
}

interface PartProps {
  part: Package;
  texts: Licences["texts"];
  onText: (place: number) => void;
}

/** There are many of them: a letter of the search draws none anew. */
const Part = memo(function Part({ part, texts, onText }: PartProps) {
  const { t } = useTranslation();
  const { name, version, from, licence, by, texts: places } = part;
  return (
    <li className="border-hairline border-b px-3 py-1.5 [contain-intrinsic-size:auto_4rem] [content-visibility:auto] last:border-b-0">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <bdi className="break-all font-medium">{name}</bdi>
        <bdi className="tabular text-label text-text-2">{version}</bdi>
        <span className="text-label text-text-3">
          {t(from === "npm" ? "settings.parts_npm" : "settings.parts_crate")}
        </span>
        <bdi className="ms-auto text-label text-text-2">{licence}</bdi>
      </p>
      {by.map((notice) => (
        <p key={notice} dir="auto" className="break-words text-label text-text-2">
          {notice}
        </p>
      ))}
      <p className="flex flex-wrap gap-x-3">
        {places.map((place) => {
          const text = texts[place]?.name ?? "";
          return (
            <button
              key={place}
              type="button"
              aria-label={`${name}: ${t("settings.parts_text", { name: text })}`}
              onClick={() => onText(place)}
              className="min-h-6 text-accent text-label underline underline-offset-2"
            >
              <bdi>{text}</bdi>
            </button>
          );
        })}
      </p>
    </li>
  );
});
