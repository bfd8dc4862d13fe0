// The question box. It stays usable while a run goes on: what is typed then is asked next, or added to the run.

import { ArrowUp, ChevronDown, Square, X } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../api/context";
import { useAction } from "../keys/registry";
import { Button, IconButton } from "../parts/button";
import { Menu } from "../parts/menu";
import { note } from "../parts/toast";
import { ask, steer, stop, useQueue } from "./actions";

interface ComposerProps {
  /** The run that a question follows. */
  run: string | null;
  running: boolean;
  placeholder: string;
  autoFocus?: boolean;
}

type Mode = "queue" | "steer";

export function Composer({ run, running, placeholder, autoFocus = false }: ComposerProps) {
  const { t } = useTranslation();
  const api = useApi();
  const [text, setText] = useState("");
  const [mode, setMode] = useState<Mode>("queue");
  const box = useRef<HTMLTextAreaElement>(null);
  useHeight(box, text);
  useAction("focus_question", () => box.current?.focus());
  useAction("send", () => send());

  async function send(how: Mode = mode): Promise<void> {
    const words = text.trim();
    if (!words) return;
    if (!running || !run) {
      setText("");
      if (!(await ask(api, words, run))) setText(words);
    } else if (how === "steer") {
      setText("");
      if (await steer(api, run, words)) note(t("composer.added"));
      else setText(words);
    } else {
      useQueue.setState({ run, text: words });
      setText("");
    }
  }

  return (
    <div className="mx-auto w-full max-w-[68ch] px-6 pb-4 font-reading text-reading max-[899px]:px-4">
      <div className="font-ui text-ui">
        <Queued run={run} />
        <div className="flex items-end gap-1 rounded-floating border border-control bg-surface py-1 ps-3 pe-1 focus-within:outline-2 focus-within:outline-focus focus-within:outline-offset-2">
          <textarea
            ref={box}
            rows={1}
            value={text}
            dir="auto"
            // biome-ignore lint/a11y/noAutofocus: an empty page is a question box and nothing else
            autoFocus={autoFocus}
            data-testid="question-box"
            aria-label={t("composer.name")}
            placeholder={placeholder}
            onChange={(change) => setText(change.target.value)}
            onKeyDown={(press) => {
              if (press.key !== "Enter" || press.shiftKey || press.nativeEvent.isComposing) return;
              press.preventDefault();
              send();
            }}
            className="max-h-48 min-h-8 min-w-0 flex-1 resize-none bg-transparent py-1.5 text-prose outline-none"
          />
          {running && text.trim() && <ModeMenu mode={mode} onMode={setMode} onSend={() => send()} />}
          {running && run ? (
            <RoundButton testid="stop" label={t("now.stop")} onClick={() => stop(api, run)} icon={Square} />
          ) : (
            <RoundButton
              testid="send"
              label={t("composer.send")}
              onClick={() => send()}
              icon={ArrowUp}
              disabled={!text.trim()}
            />
          )}
        </div>
      </div>
    </div>
  );
}

interface RoundButtonProps {
  testid: string;
  label: string;
  icon: typeof Square;
  disabled?: boolean;
  onClick: () => void;
}

function RoundButton({ testid, label, icon: Icon, disabled = false, onClick }: RoundButtonProps) {
  return (
    <button
      type="button"
      data-testid={testid}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      className="inline-flex size-8 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent disabled:bg-surface-2 disabled:text-text-3"
    >
      <Icon size={16} strokeWidth={2} aria-hidden="true" fill={testid === "stop" ? "currentColor" : "none"} />
    </button>
  );
}

function ModeMenu({
  mode,
  onMode,
  onSend,
}: {
  mode: Mode;
  onMode: (mode: Mode) => void;
  onSend: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex shrink-0 items-center">
      <Button look="quiet" onClick={onSend}>
        {t(`composer.${mode}`)}
      </Button>
      <Menu
        groups={[
          [
            { label: t("composer.queue_long"), onSelect: () => onMode("queue") },
            { label: t("composer.steer_long"), onSelect: () => onMode("steer") },
          ],
        ]}
      >
        <IconButton icon={ChevronDown} label={t("composer.mode")} side="top" />
      </Menu>
    </div>
  );
}

/** The question that waits for the end of the run. */
function Queued({ run }: { run: string | null }) {
  const { t } = useTranslation();
  const queue = useQueue();
  if (!run || queue.run !== run) return null;
  return (
    <p className="mb-1 flex items-center gap-1 text-label text-text-2">
      <span className="min-w-0 flex-1 truncate">
        {t("composer.queued")} <span dir="auto">{queue.text}</span>
      </span>
      <IconButton
        icon={X}
        label={t("composer.unqueue")}
        side="top"
        onClick={() => useQueue.setState({ run: null, text: "" })}
      />
    </p>
  );
}

/** The box is as high as its text, up to what its style allows. */
function useHeight(box: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text may need another height
  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [box, text]);
}
